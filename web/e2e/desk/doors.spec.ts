// Doors beside the lists: sign-ins come in as a table and are taken back, a calendar of a team is made and revoked.
import { accessible, expect, heading, test } from '../guard'
import { unique } from '../matters'
import { atDesk } from '../people'

test('sign-ins come in as a table and go again while nobody has used them', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/imports')
  await heading(page, '导入')
  const [login, code] = [unique(), unique()]
  await page.locator('#import-what').selectOption('accounts')
  await page.locator('#import-file').setInputFiles({
    name: '账号.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF登录名,初始密码,编号,姓名\r\n${login},电池 correct horse,${code},钱账号\r\n`),
  })
  await page.getByRole('button', { name: '上传' }).click()
  await heading(page, '导入账号')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByRole('button', { name: '写入全部 1 行' }).click()
  await expect(page.getByRole('heading', { name: '已写入' })).toBeVisible()
  await page.getByRole('button', { name: '撤销导入' }).click()
  await page.getByRole('button', { name: '撤销新增的内容' }).click()
  await expect(page.getByText(/已撤销 2 项新增内容/)).toBeVisible()
})

test('a calendar of a team is made, told once, and revoked', async ({ page, request }) => {
  await atDesk(page)
  await page.goto('/desk/me')
  await expect(page.getByRole('heading', { name: '日历订阅' })).toBeVisible()
  const whose = page.getByLabel('订阅哪一个')
  await whose.selectOption({ index: 1 })
  await page.getByRole('button', { name: '生成订阅地址' }).click()
  const address = await page.getByLabel(/^订阅地址/).inputValue()
  expect(address).toMatch(/\/calendar\/.+\.ics$/)
  await accessible(page, 'feeds')
  const calendar = await request.get(new URL(address).pathname)
  expect(await calendar.text()).toContain('BEGIN:VCALENDAR')
  const team = await whose.locator('option').nth(1).textContent()
  await page.getByRole('button', { name: `停用 ${team}` }).click()
  await expect(page.getByText('已停用，日历不会再更新')).toBeVisible()
  expect((await request.get(new URL(address).pathname)).status()).toBe(404)
})
