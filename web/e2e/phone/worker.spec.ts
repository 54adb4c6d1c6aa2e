import { accessible, expect, heading, test } from '../guard'
import { signInWorker } from '../people'

test('a grid worker finds a task, starts it and says what was done', async ({ page }) => {
  await signInWorker(page)
  await heading(page, '今日')
  // Something to do in the worker's own grid, whatever the demo left there.
  const session = await (await page.request.get('/v1/session')).json()
  const raised = await page.request.post('/v1/records', {
    headers: { 'X-CSRF-Token': session.csrf },
    data: {
      kind: 'issue',
      category: 'garbage',
      place: { area: session.posts[0].area },
      form: { description: '垃圾桶满了' },
    },
  })
  expect(raised.status()).toBe(201)
  await page.reload()
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
