// Who signs in during tests. `tongxin demo --seed 7` makes them; the stub knows the same.
import { expect, type Page } from '@playwright/test'

export const password = process.env.TONGXIN_DEMO_PASSWORD ?? 'qinghe-demo'
export const dispatcher = process.env.TONGXIN_DEMO_DISPATCHER ?? 'dispatch'
export const worker = process.env.TONGXIN_DEMO_WORKER ?? 'grid'
export const residentPhone = '13800000001'

export async function signInDesk(page: Page, login = dispatcher): Promise<void> {
  await page.goto('/desk/sign-in')
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page).toHaveURL(/\/desk\/(\?.*)?$/)
}

export async function signInWorker(page: Page, login = worker): Promise<void> {
  await page.goto('/sign-in?staff')
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/w$/)
}

export async function signInResident(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await page.locator('#phone').fill(residentPhone)
  await page.getByRole('button', { name: '发送验证码' }).click()
  // a demonstration tells the code on the page
  const told = await page.getByRole('status').filter({ hasText: /\d{6}/ }).textContent()
  await page.locator('#code').fill(/验证码是 (\d{6})/.exec(told ?? '')![1]!)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/$/)
}
