import type { Page } from '@playwright/test'
import { accessible, elderHolds, expect, heading, test } from '../guard'

const picture = {
  name: 'IMG_0001.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
}
// The demo holds more matters than a page: only those of this test's words are counted.
const counted = async (page: Page) => {
  const words = encodeURIComponent('人行道塌陷一块')
  const answer = await page.request.get(`/v1/records?list=public&sort=new&limit=100&q=${words}`)
  return ((await answer.json()) as { items: { number: string }[] }).items.map((one) => one.number)
}

test('a resident without an account reports in three taps and can follow the matter', async ({ page }) => {
  await page.goto('/')
  await accessible(page, 'home')
  await page.getByRole('link', { name: /我要上报/ }).click()
  await heading(page, '我要上报')
  await page.locator('#report-photos').setInputFiles(picture)
  await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
  await page.getByText('垃圾清运').click()
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await accessible(page, 'report, filled')
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await accessible(page, 'done')
  const number = await page.locator('.number').textContent()
  expect(number).toMatch(/^TX/)
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await expect(page.getByText(number!)).toBeVisible()
  await accessible(page, 'follow page')
})

test('an empty report is answered with what is missing, and nothing typed is lost', async ({ page }) => {
  await page.goto('/report')
  await page.locator('#report-words').fill('楼道灯坏了')
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('alert')).toContainText('请选择是什么事')
  await expect(page.getByRole('alert')).toBeFocused()
  await accessible(page, 'report, refused')
  await page.reload()
  await expect(page.locator('#report-words')).toHaveValue('楼道灯坏了')
  await expect(page.getByText('已恢复您上次填写的内容')).toBeVisible()
})

test('a danger shows whom to call before the form goes on', async ({ page }) => {
  await page.goto('/report')
  await page.getByText('安全隐患').click()
  await expect(page.getByRole('link', { name: '119 火警' })).toHaveAttribute('href', 'tel:119')
})

test('a report made without a network is kept on the phone and arrives once', async ({ page, context }) => {
  await page.goto('/')
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.goto('/report')
  await expect(page.getByText('垃圾清运')).toBeVisible()
  const before = await counted(page)
  await context.setOffline(true)
  await page.goto('/report')
  await page.getByText('道路破损').click()
  await page.locator('#report-words').fill('人行道塌陷一块')
  await page
    .getByRole('button', { name: /选择小区和楼号|在地图上调整/ })
    .first()
    .waitFor()
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已存在手机里，等待发送')
  await page.goto('/w/outbox')
  await expect(page.getByText('等待发送')).toBeVisible()
  await accessible(page, 'outbox, waiting')
  await context.setOffline(false)
  await expect.poll(async () => (await counted(page)).length, { timeout: 20_000 }).toBe(before.length + 1)
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  await page.reload()
  await page.waitForTimeout(1500)
  expect((await counted(page)).length).toBe(before.length + 1)
})

test('in elder mode every word and every target is large, one question at a time', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: '长者模式' }).click()
  await elderHolds(page)
  await accessible(page, 'home, elder')
  await page.getByRole('link', { name: /我要上报/ }).click()
  for (const step of ['现场照片', '是什么事', '在哪里']) {
    await expect(page.getByRole('heading', { level: 2, name: step })).toBeVisible()
    await elderHolds(page)
    if (step === '是什么事') await page.getByText('垃圾清运').click()
    await page.getByRole('button', { name: '下一步' }).click()
  }
  await accessible(page, 'report, elder')
})

test('the portal speaks English completely', async ({ page }) => {
  await page.goto('/me')
  await page.getByText('English').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  for (const path of ['/', '/report', '/mine', '/near', '/me', '/sign-in', '/w/outbox']) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    await accessible(page, `${path}, English`)
  }
})
