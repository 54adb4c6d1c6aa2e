// The books of a village on the desk: looked at, posted to by name, undone, closed, taken out; and the overview of pairing.
import { readFileSync } from 'node:fs'
import { accessible, expect, heading, test } from '../guard'
import { openBook, pairEnterprise } from '../ledger'
import { unique } from '../matters'
import { atDesk } from '../people'

test('the accountant posts with a reason, undoes, closes a month and takes the book out', async ({ page, baseURL }) => {
  const book = await openBook(baseURL!, `${unique()}年度账`)
  await atDesk(page, 'secretary', '/desk/books')
  await heading(page, '账本')
  await page.getByRole('button', { name: /^银行存款|^银行/ }).click()
  const lines = page.getByRole('region', { name: '明细' })
  await expect(lines.getByText('5,000.00').first()).toBeVisible()
  await accessible(page, 'books')
  await page.getByRole('button', { name: '记一笔' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '记一笔', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('大于零')
  await accessible(page, 'posting, refused')
  await dialog.getByLabel('付出账户').selectOption({ label: '银行存款' })
  await dialog.getByLabel('收入账户').selectOption({ label: '库存现金' })
  await dialog.getByLabel('金额（元）').fill('700')
  await dialog.getByLabel('事由').fill('提取备用金<img src=x onerror="document.title=1">')
  await dialog.getByRole('button', { name: '记一笔', exact: true }).click()
  await expect(page.getByText('已记账。')).toBeVisible()
  await expect(lines.locator('bdi', { hasText: '提取备用金<img src=x' })).toBeVisible()
  expect(await page.locator('img[src="x"]').count(), 'what was typed is text').toBe(0)
  await expect(lines.getByText('4,300.00').first()).toBeVisible()
  await lines
    .getByRole('row', { name: /提取备用金/ })
    .getByRole('button', { name: /冲销/ })
    .click()
  await dialog.getByLabel('为什么冲销？').fill('记错了')
  await dialog.getByRole('button', { name: '冲销', exact: true }).click()
  await expect(page.getByText('已冲销。')).toBeVisible()
  await expect(lines.locator('bdi', { hasText: '记错了' })).toBeVisible()
  await page.getByRole('button', { name: '导出', exact: true }).click()
  const coming = page.waitForEvent('download')
  await dialog.getByRole('link', { name: 'CSV' }).click()
  expect(readFileSync(await (await coming).path(), 'utf8')).toContain('提取备用金')
  // Whom and what a form refers to is called by its name.
  await page.goto(`/desk/r/${book.id}`)
  const values = page.locator('dl.values').first()
  await expect(values).toContainText('1,000.00 元')
  await expect(values).toContainText('桃园社区')
  await expect(values).not.toContainText(/[0-9a-z]{13}/)
})

test('the overview of pairing counts, and every figure opens what is behind it', async ({ page, baseURL }) => {
  const firm = `${unique()}食品厂`
  const made = await pairEnterprise(baseURL!, firm)
  await atDesk(page, 'secretary', '/desk/books')
  await page.getByRole('link', { name: '万企兴万村' }).click()
  await heading(page, '万企兴万村')
  await accessible(page, 'pairing')
  await page.getByRole('button', { name: /^企业/ }).click()
  await expect(page.getByRole('heading', { name: '企业 · 数字背后的事项' })).toBeVisible()
  await accessible(page, 'pairing, opened')
  await page.getByRole('link', { name: made.number }).click()
  await heading(page, firm)
})
