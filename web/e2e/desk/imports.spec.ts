// Files in and out: a sheet is mapped, checked, corrected by leaving out, stored and taken back; every list leaves as a table.
import { readFileSync } from 'node:fs'
import { accessible, expect, heading, test } from '../guard'
import { Hand, unique } from '../matters'
import { atDesk } from '../people'

const sheet = (rows: string[][]) => ({
  name: '花名册.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(`\uFEFF${rows.map((row) => row.join(',')).join('\r\n')}\r\n`),
})

test('a sheet of people is mapped, checked by cell, stored without its faulty row, and taken back', async ({
  page,
}) => {
  await atDesk(page, 'admin', '/desk/imports')
  await heading(page, '导入')
  await accessible(page, 'imports')
  await page.getByRole('button', { name: '上传' }).click()
  await expect(page.getByRole('alert')).toContainText('请选择要导入的文件')
  const [one, two, title] = [unique(), unique(), unique()]
  await page.locator('#import-file').setInputFiles(
    sheet([
      [title, '姓名', '联系电话'],
      [one, '张三', '13800138001'],
      [two, '李四', '12'],
    ]),
  )
  await page.getByRole('button', { name: '上传' }).click()
  await heading(page, '导入人员与岗位')
  await expect(page.getByText('还没有对应：').first()).toBeVisible()
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('还没有对应：编号')
  await page.getByLabel(title).selectOption('code')
  await page.getByLabel('联系电话').selectOption('phone')
  await accessible(page, 'columns')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已检查，尚未写入' })).toBeVisible()
  await expect(page.getByRole('row', { name: /^C3 联系电话/ })).toBeVisible()
  await page.getByLabel('只看有错的行').check()
  const preview = page.getByRole('region', { name: '表格内容' })
  await expect(preview.locator('tbody tr')).toHaveCount(1)
  await expect(preview.locator('td.wrong')).toContainText('12')
  await accessible(page, 'checked')
  await page.getByRole('button', { name: '只写入没有错的 1 行' }).click()
  await expect(page.getByRole('heading', { name: '已写入' })).toBeVisible()
  const failing = page.waitForEvent('download')
  await page.getByRole('link', { name: /下载有错的行/ }).click()
  expect((await failing).suggestedFilename()).toBe('花名册_错误行.xlsx')
  await page.getByRole('button', { name: '撤销导入' }).click()
  await expect(page.getByRole('alert')).toContainText('有人改过或用过的')
  await accessible(page, 'before taking back')
  await page.getByRole('button', { name: '撤销新增的内容' }).click()
  await expect(page.getByText(/已撤销 1 项新增内容/)).toBeVisible()
  await expect(page.getByRole('heading', { name: '已撤销' })).toBeVisible()

  // The same titles again: what they meant is remembered.
  await page.goto('/desk/imports')
  await page.locator('#import-file').setInputFiles(
    sheet([
      [title, '姓名', '联系电话'],
      [one, '张三', '13800138001'],
    ]),
  )
  await page.getByRole('button', { name: '上传' }).click()
  await expect(page.getByLabel(title)).toHaveValue('code')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByRole('button', { name: '写入全部 1 行' }).click()
  await expect(page.getByRole('heading', { name: '已写入' })).toBeVisible()
  await page.getByRole('button', { name: '删除上传的文件' }).click()
  await page.getByRole('button', { name: '删除文件和记录' }).click()
  await heading(page, '导入')
})

test('the queue leaves as a table of what its filter shows', async ({ page }) => {
  await atDesk(page)
  const hand = await Hand.on(page)
  const words = unique()
  const made = await hand.raise(`导出来看 ${words}`)
  await page.goto(`/desk/?q=${words}`)
  await expect(page.getByRole('link', { name: made.number })).toBeVisible()
  await page.getByRole('button', { name: '导出', exact: true }).click()
  await accessible(page, 'export menu')
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV' }).click()
  const text = readFileSync(await (await coming).path(), 'utf8')
  expect(text.trim().split('\r\n')).toHaveLength(2)
  expect(text).toContain(made.number)
  await page.getByRole('button', { name: '导出', exact: true }).click()
  const excel = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Excel（.xlsx）', exact: true }).click()
  expect((await excel).suggestedFilename()).toMatch(/\.xlsx$/)
})

test('organisations, people and areas leave as tables', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/organisation')
  for (const [menu, found] of [
    ['导出组织', 'street-office'],
    ['导出人员', '姓名'],
  ] as const) {
    await page.getByRole('button', { name: menu }).click()
    const coming = page.waitForEvent('download')
    await page.getByRole('dialog').getByRole('link', { name: 'CSV' }).click()
    expect(readFileSync(await (await coming).path(), 'utf8')).toContain(found)
  }
  await page.goto('/desk/grids')
  await page.getByRole('button', { name: '导出', exact: true }).click()
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: /GeoJSON/ }).click()
  expect(JSON.parse(readFileSync(await (await coming).path(), 'utf8')).features.length).toBeGreaterThan(3)
})
