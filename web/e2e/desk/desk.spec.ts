import { accessible, expect, heading, quiet, test } from '../guard'
import { Hand, unique } from '../matters'
import { atDesk, dispatcher, report, signInDesk, somebody, words } from '../people'

test('the desk asks who is there, and says when the password is wrong', async ({ page }) => {
  await page.goto('/desk/')
  await expect(page).toHaveURL(/sign-in/)
  await accessible(page, 'sign-in')
  await page.locator('#login').fill('nobody')
  await page.locator('#password').fill('wrong')
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page.getByRole('alert')).toContainText('不对')
})

test('a dispatcher chooses and dispatches with keys only', async ({ page }) => {
  await signInDesk(page)
  const hand = await Hand.on(page)
  const words = unique()
  await hand.act((await hand.raise(`人行道地砖松动 ${words}`)).id, 'accept')
  await page.goto(`/desk/?q=${encodeURIComponent(words)}`)
  await expect(page.locator('tbody tr')).toHaveCount(1)
  await accessible(page, 'queue')
  await page.locator('h1').focus()
  await page.keyboard.press('j')
  await expect(page.locator('tr.chosen')).toHaveCount(1)
  await expect(page.getByRole('button', { name: /^派遣\s*D$/ })).toBeVisible()
  await accessible(page, 'queue, chosen')
  await page.keyboard.press('d')
  await expect(page.locator('#act-org')).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('请选择“主办单位”')
  await accessible(page, 'dispatch, refused')
  await page.locator('#act-org').focus()
  await page.keyboard.type('城')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('option').first()).toContainText('城')
  await page.keyboard.press('Enter')
  await expect(page.locator('#act-org')).toHaveValue(/城/)
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByText('“派遣”已完成')).toBeVisible()
})

test('somebody was first: the desk says who did what', async ({ page }) => {
  await signInDesk(page)
  // A fresh matter of the street's own, whatever the demo left in the queue.
  const own = await (await page.request.get('/v1/session')).json()
  const raised = await page.request.post('/v1/records', {
    headers: { 'X-CSRF-Token': own.csrf },
    data: {
      kind: 'issue',
      category: 'road',
      place: { area: own.posts[0].area },
      form: { description: '街道门口路面破损' },
    },
  })
  expect(raised.status()).toBe(201)
  await page.reload()
  await page.getByRole('button', { name: /待受理/ }).click()
  await page.locator('tbody tr', { hasText: '街道门口路面破损' }).first().click()
  await page.getByRole('button', { name: /受理 A/ }).click()
  // meanwhile another pair of hands does the same
  const id = new URL(page.url()).searchParams.get('chosen')!
  const session = await (await page.request.get('/v1/session')).json()
  const taken = await page.request.post(`/v1/records/${id}/actions/accept`, {
    headers: { 'X-CSRF-Token': session.csrf, 'Idempotency-Key': crypto.randomUUID() },
    data: { form: {} },
  })
  expect(taken.ok()).toBe(true)
  await page.getByRole('dialog').getByRole('button', { name: /^受理/ }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('刚刚')
})

const everyPage = [
  '/desk/',
  '/desk/new',
  '/desk/board',
  '/desk/screen',
  '/desk/organisation',
  '/desk/grids',
  '/desk/imports',
  '/desk/outgoing',
  '/desk/books',
  '/desk/pairing',
  '/desk/calendars',
  '/desk/tokens',
  '/desk/codes',
  '/desk/packs',
  '/desk/audit',
  '/desk/access',
  '/desk/staffing',
  '/desk/health',
  '/desk/messages',
  '/desk/me',
]
for (const language of ['zh-CN', 'en'])
  test(`every page of the desk is accessible, ${language}`, async ({ page }) => {
    test.setTimeout(180_000)
    await signInDesk(page, 'admin')
    await page.evaluate((value) => localStorage.setItem('tongxin.language', value), language)
    for (const path of everyPage) {
      await page.goto(path)
      await page.locator('h1').waitFor()
      await quiet(page)
      await accessible(page, path)
    }
  })

test('a deadline tells how it was counted, a figure opens its records', async ({ page }) => {
  await signInDesk(page)
  await page.locator('tbody tr a').first().click()
  await page.getByRole('button', { name: '怎么算的' }).first().click()
  await expect(page.locator('.note').first()).not.toBeEmpty()
  await accessible(page, 'record')
  await page.goto('/desk/board')
  await page.locator('button.figure').first().click()
  await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible()
  await accessible(page, 'records behind a figure')
})

test('what is missing in a new matter is told in one summary', async ({ page }) => {
  await atDesk(page, 'dispatch', '/desk/new')
  await page.getByRole('button', { name: /^提交/ }).click()
  await expect(page.getByText('有 3 处需要修改')).toBeVisible()
  await page.getByRole('link', { name: '请选择小区和楼号' }).click()
  await expect(page.locator('#new-area')).toBeFocused()
  await accessible(page, 'a new matter with what is missing')
})

test('what comes by phone is registered and found in the queue', async ({ page }) => {
  await signInDesk(page)
  await page.keyboard.press('n')
  await heading(page, '新建工单')
  await page.getByRole('button', { name: /提交/ }).click()
  await expect(page.getByText('请选择是什么事').first()).toBeVisible()
  await accessible(page, 'new, refused')
  await page.locator('#new-category').selectOption({ index: 1 })
  await page.locator('#new-area').fill('号楼')
  await page.locator('[role=option]').first().click()
  await page.locator('#new-description').fill('来电反映楼下垃圾没人清')
  await page.getByRole('button', { name: /提交/ }).click()
  await expect(page.getByText('已建立工单')).toBeVisible()
})

test('words that should not stand there are taken out of the timeline and of the matter', async ({ page, baseURL }) => {
  const text = words('三楼的李四半夜吵闹')
  const guest = await somebody(baseURL!, null)
  const made = await guest.post('/v1/records', report(text))
  await atDesk(page, dispatcher, `/desk/r/${made.id}`)
  await expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible()
  await page.getByRole('button', { name: '隐去内容' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '隐去内容' }).click()
  await expect(dialog.getByRole('alert')).toContainText('请选择要隐去的内容')
  await dialog.getByRole('checkbox').first().check()
  await dialog.getByLabel('隐去原因').fill('含他人姓名')
  await accessible(page, 'redaction')
  await dialog.getByRole('button', { name: '隐去内容' }).click()
  await expect(page.getByText(`${made.number} 的内容已隐去。`)).toBeVisible()
  await expect(page.getByText(text)).toHaveCount(0)
  await expect(page.getByText('含他人姓名')).toBeVisible()
  await guest.end()
})
