import { accessible, expect, heading, test } from '../guard'
import { signInWorker } from '../people'

test('a grid worker finds a task, starts it and says what was done', async ({ page }) => {
  await signInWorker(page)
  await heading(page, '今日')
  await accessible(page, 'today')
  const task = page.locator('.task', { hasText: '待受理' }).first()
  await task.click()
  await accessible(page, 'task')
  await page.getByRole('button', { name: '开始处置', exact: true }).click()
  await page.getByRole('button', { name: '开始处置', exact: true }).click()
  await expect(page.getByText('“开始处置”已提交')).toBeVisible()
  await page.getByRole('button', { name: '办结', exact: true }).click()
  await page.getByRole('button', { name: '办结', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('请填写“处理结果”')
  await accessible(page, 'task, refused')
  await page.locator('#act-result').fill('已清理并复查')
  await page.getByRole('button', { name: '办结', exact: true }).click()
  await expect(page.getByText('“办结”已提交')).toBeVisible()
  await expect(page.getByText('已清理并复查')).toBeVisible()
})
