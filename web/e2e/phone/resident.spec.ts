import { accessible, expect, heading, test } from '../guard'
import { signInResident } from '../people'

test('a resident sees the answer and says why it is not good enough', async ({ page }) => {
  test.skip(process.env.TONGXIN_STUB !== '1', 'needs a matter of this resident that waits for a rating')
  await signInResident(page)
  await page.goto('/mine')
  await page.getByRole('link', { name: /楼道堆放杂物/ }).click()
  await heading(page, '楼道堆放杂物')
  await page.getByRole('button', { name: '评价', exact: true }).click()
  await page.getByText('否', { exact: true }).click()
  await page.getByRole('button', { name: '评价', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('请填写“不满意的原因”')
  await accessible(page, 'rating, refused')
  await page.locator('#act-reason').fill('又堆满了')
  await page.getByRole('button', { name: '评价', exact: true }).click()
  await expect(page.getByText('“评价”已提交')).toBeVisible()
})

test('my page tells who looked at my data', async ({ page }) => {
  await signInResident(page)
  await page.goto('/me')
  await expect(page.getByRole('heading', { name: '谁看过我的信息' })).toBeVisible()
  await accessible(page, 'me')
})
