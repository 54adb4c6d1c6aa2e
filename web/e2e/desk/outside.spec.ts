// Signing in from outside: the pages offer what the server names, and come back to where somebody was. The provider itself is
// played by the test; what the server does with it is tried in tests/serve/outside_test.cpp.
import type { Page } from '@playwright/test'
import { accessible, expect, heading, test } from '../guard'
import { dispatcher, password } from '../people'

async function provider(page: Page): Promise<string[]> {
  const asked: string[] = []
  await page.route('**/v1/session/outside', (route) =>
    route.fulfill({
      json: {
        items: [{ label: { zh: '区统一身份认证', en: 'District sign-in' }, start: '/v1/session/outside/start' }],
      },
    }),
  )
  await page.route('**/v1/session/outside/start?**', async (route) => {
    const wanted = new URL(route.request().url()).searchParams.get('page')!
    asked.push(wanted)
    expect((await page.request.post('/v1/session', { data: { login: dispatcher, password } })).status()).toBe(200)
    await route.fulfill({ status: 302, headers: { location: wanted } })
  })
  return asked
}

test('the desk offers the district’s sign-in and comes back to the page that was wanted', async ({ page }) => {
  const asked = await provider(page)
  await page.goto('/desk/board')
  await expect(page).toHaveURL(/sign-in/)
  await accessible(page, 'sign-in with a provider')
  await page.getByRole('button', { name: '区统一身份认证' }).click()
  await heading(page, '统计')
  expect(asked).toEqual(['/desk/board'])
})

test('so does the portal', async ({ page }) => {
  const asked = await provider(page)
  await page.goto('/sign-in?back=/me')
  await accessible(page, 'portal sign-in with a provider')
  await page.getByRole('button', { name: '区统一身份认证' }).click()
  await expect(page).toHaveURL(/\/me$/)
  await expect(page.getByRole('button', { name: /退出/ })).toBeVisible()
  expect(asked).toEqual(['/me'])
})

test('without a provider nothing is offered', async ({ page }) => {
  await page.goto('/desk/sign-in')
  await expect(page.getByRole('button', { name: '登录' })).toBeVisible()
  await expect(page.getByText('或者用统一身份认证')).toHaveCount(0)
})
