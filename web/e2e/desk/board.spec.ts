// The leader's look at figures, on a laptop and on the wall: every figure opens the list behind it.
import { accessible, expect, heading, test } from '../guard'
import { Hand, unique } from '../matters'
import { atDesk } from '../people'

test('figures, rates, bars and grids open the records behind them', async ({ page, playwright, baseURL }) => {
  const dispatcher = await Hand.of(playwright, baseURL!, 'dispatch')
  await dispatcher.raise(`统计里能看到 ${unique()}`)
  await atDesk(page, 'leader', '/desk/board')
  await heading(page, '统计')
  const rows = page.getByRole('dialog').locator('tbody tr')
  const close = () => page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  await page
    .getByRole('button', { name: /打开背后的工单：收集意见/ })
    .first()
    .click()
  await expect(rows.first()).toBeVisible()
  await accessible(page, 'records behind a figure')
  await close()
  await page
    .getByRole('button', { name: /打开背后的工单：按期结案率/ })
    .first()
    .click()
  await expect(rows.first()).toBeVisible()
  await close()
  // A mean says in what it is.
  await expect(page.locator('.cards li').filter({ hasText: '平均用时' }).locator('.figure')).toHaveText(
    /^[\d.,]+\s?小时$/,
  )
  for (const group of ['按类别', '按网格', '按时间', '按区域']) {
    await page.getByRole('button', { name: group }).click()
    await expect(page.getByRole('button', { name: group })).toHaveAttribute('aria-pressed', 'true')
  }
  await page.getByRole('list', { name: '图例：类别和数量' }).getByRole('button').first().click()
  await expect(rows.first()).toBeVisible()
  await close()
  await page.locator('a.figure').first().click()
  await expect(page).toHaveURL(/list=area/)
  await expect(page.locator('tbody tr').first()).toBeVisible()
})

test('the wall: dark and light, read by a screen reader, left with a key', async ({ page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await atDesk(page, 'leader', '/desk/screen')
  await heading(page, /运行情况/)
  await expect(page.locator('.keys .big')).toHaveCount(5)
  await expect(page.locator('.chart svg').first()).toBeVisible()
  await accessible(page, 'screen, dark')
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('.screen *')]
      .filter((one) => one.children.length === 0 && one.textContent?.trim() && !one.closest('.sr-only, svg, option'))
      .map((one) => ({ size: parseFloat(getComputedStyle(one).fontSize), text: one.textContent }))
      .filter((one) => one.size < 19.9),
  )
  expect(small).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1080)
  await page.getByRole('button', { name: '浅色' }).click()
  await accessible(page, 'screen, light')
  await page.locator('h1').focus()
  await page.keyboard.press('Escape')
  await heading(page, '统计')
})

test('a secretary reads the figures of the own community and of no other', async ({ page }) => {
  await atDesk(page, 'secretary')
  const hand = await Hand.on(page)
  await page.goto('/desk/board')
  await heading(page, '统计')
  await expect(page.getByText(/社区 · 数据/)).toBeVisible()
  const own = hand.session.posts[0]!.area
  const all = await hand.get<{ items: { id: string }[] }>('/v1/areas?level=community')
  const other = all.items.find((one) => one.id !== own)!
  expect((await page.request.get(`/v1/figures?kind=issue&area=${own}`)).status()).toBe(200)
  expect((await page.request.get(`/v1/figures?kind=issue&area=${other.id}`)).status()).toBe(403)
})

test('what was told to a leader is marked as read in one go', async ({ page }) => {
  await atDesk(page, 'leader', '/desk/messages')
  await heading(page, '消息')
  const unread = page.locator('.list .unread')
  await expect(unread.first()).toBeVisible()
  await page.getByRole('button', { name: '全部标为已读' }).click()
  await expect(unread).toHaveCount(0)
  await expect(page.locator('.list li').first()).toBeVisible()
  await expect(page.getByRole('button', { name: '全部标为已读' })).toHaveCount(0)
})
