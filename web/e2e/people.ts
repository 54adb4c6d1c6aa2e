// Who signs in during tests. `tongxin demo --seed 7` makes them; the stub knows the same.
import { expect, type Page } from '@playwright/test'

export const password = process.env.TONGXIN_DEMO_PASSWORD ?? 'tongxin'
export const dispatcher = process.env.TONGXIN_DEMO_DISPATCHER ?? 'dispatcher'
export const worker = process.env.TONGXIN_DEMO_WORKER ?? 'chen'
export const residentPhone = '13800000001'
export const phoneCode = '123456'

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
  await page.locator('#code').fill(phoneCode)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/$/)
}
