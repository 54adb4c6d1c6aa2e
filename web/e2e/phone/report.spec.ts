import type { Page } from '@playwright/test'
import { accessible, expect, heading, test } from '../guard'
import { enter, here, newPhone, perform, report, signInByPhone, somebody, words } from '../people'
import { picture } from '../photo'

async function open(page: Page) {
  await page.goto('/report')
  await heading(page, '我要上报')
  await expect(page.getByText(/附近$/).first()).toBeVisible()
}

test('a resident without an account reports in three taps and can follow the matter @wide', async ({ page }) => {
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
  const number = await page.locator('.number').first().textContent()
  expect(number).toMatch(/^TX/)
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await expect(page.getByText(number!)).toBeVisible()
  await expect(page.getByText(/前处理$/)).toBeVisible()
  await accessible(page, 'follow page')
  // A reporter without an account sees the photo that nobody else may see yet.
  const photo = page.getByRole('img', { name: '照片 1' })
  await expect
    .poll(() => photo.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth))
    .toBeGreaterThan(0)
  // By the code alone, as on another phone.
  const code = new URL(page.url()).pathname.split('/').pop()!
  await page.goto('/mine')
  await page.locator('#follow-code').fill('不是查询码')
  await page.getByRole('button', { name: '查看', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('查询码是 16 位字母和数字')
  await accessible(page, 'mine, wrong code')
  await page.locator('#follow-code').fill(`${code.slice(0, 8)} ${code.slice(8)}`)
  await page.getByRole('button', { name: '查看', exact: true }).click()
  await expect(page.getByText(number!)).toBeVisible()
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

test('all that is missing in a form is said in one place', async ({ page }) => {
  await enter(page, 'neighbour')
  await page.goto('/report?kind=errand')
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await page.locator('#contact-contact_phone').fill('138')
  await page.getByRole('button', { name: '提交' }).click()
  const told = page.getByRole('alert')
  await expect(told).toHaveCount(1)
  await expect(told).toBeFocused()
  for (const one of ['请选择是什么事', '请填写“要办什么”', '手机号应为 11 位数字'])
    await expect(told).toContainText(one)
  await told.getByRole('link', { name: /手机号/ }).click()
  await expect(page.locator('#contact-contact_phone')).toBeFocused()
  await accessible(page, 'errand, refused')
})

test('a plate that is no longer in use is said, and the place found otherwise', async ({ page }) => {
  await page.goto('/s/NOSUCH23')
  await expect(page.getByText('这个码已停用。请选择位置后继续。')).toBeVisible()
  await expect(page.getByText(/附近$/).first()).toBeVisible()
})

test('a plate opens what it was made for: own words, with the place filled in and a query code', async ({
  page,
  baseURL,
}) => {
  const admin = await somebody(baseURL!, 'admin')
  const { items } = await admin.get(`/v1/codes?within=${admin.session.posts[0].area}`)
  const plate = items.find((one: { kind: string }) => one.kind === 'spoken')
  await page.goto(`/s/${plate.code}`)
  await heading(page, '码上说')
  await expect(page.locator('#place .line')).toContainText(plate.area.name)
  await accessible(page, 'plate')
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('alert')).toContainText('请写一句话说明')
  await page.locator('#report-words').fill('单元门关不上')
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await expect(page.locator('.number').first()).toContainText(/^MS/)
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await expect(page.getByText('单元门关不上').first()).toBeVisible()
})

test('a danger shows whom to call before the form goes on', async ({ page }) => {
  await page.goto('/report')
  await page.getByText('安全隐患').click()
  await expect(page.getByRole('link', { name: '119 火警' })).toHaveAttribute('href', 'tel:119')
})

test('the place is my building, once chosen, or a point of the map', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: '选择小区和楼号' }).click()
  // Typed as people type it, without the spaces of its name.
  await page.locator('#report-building').fill('桃园里1号楼')
  await page
    .getByRole('option', { name: /桃园里 1 号楼/ })
    .first()
    .click()
  await expect(page.locator('#place .line')).toContainText('桃园里')
  await page.getByRole('button', { name: '用我的位置' }).click()
  await expect(page.locator('#place .line')).toContainText('大约 40 米内')
  await page.getByRole('button', { name: '我家楼栋' }).click()
  await expect(page.locator('#place .line')).toContainText('桃园里')
  await page.getByRole('button', { name: /在地图上调整/ }).click()
  const map = page.getByRole('application')
  await expect(map).toBeVisible()
  await accessible(page, 'report, map open')
  await map.focus()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('button', { name: '就是这里' }).click()
  await expect(map).toBeHidden()
  await expect(page.locator('#place .line')).toBeVisible()
})

test('what is nearby is offered before sending; who joins after signing in follows it', async ({ page, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  const text = words('井盖松动')
  const made = await neighbour.post('/v1/records', report(text, { category: 'road' }))
  await open(page)
  await page.getByText('道路破损').click()
  const offered = page.locator('.similar')
  await expect(offered.getByText(text, { exact: true })).toBeVisible()
  await accessible(page, 'report, similar nearby')
  await page.locator('#report-words').fill('我也看见了')
  await offered.getByRole('button', { name: new RegExp(`我也遇到.*${text}`) }).click()
  await heading(page, '登录')
  await signInByPhone(page)
  await heading(page, '我要上报')
  await expect(page.locator('#report-words')).toHaveValue('我也看见了')
  await expect(page.locator('.similar li', { hasText: text })).toContainText('已记下')
  const desk = await somebody(baseURL!, 'dispatch')
  await expect
    .poll(async () => (await desk.get(`/v1/records/${made.id}`)).participants.length, { timeout: 20_000 })
    .toBe(1)
  await desk.end()
  await page.locator('.similar li', { hasText: text }).getByRole('link', { name: '看办理情况' }).click()
  await heading(page, text)
  await page.goto('/mine')
  await expect(page.getByText(text)).toBeVisible()
  await neighbour.end()
})

test('somebody who would rather speak records a message, which only those who handle it hear', async ({
  page,
  baseURL,
}) => {
  await page.context().grantPermissions(['geolocation', 'microphone'])
  await open(page)
  await page.getByText('说不清').click()
  const text = words('请听录音')
  await page.locator('#report-words').fill(text)
  await page.getByRole('button', { name: '按一下，开始说话' }).click()
  await page.getByRole('button', { name: /正在录音 [1-9]/ }).click()
  await expect(page.getByLabel('录音 1')).toBeVisible()
  await accessible(page, 'report, recorded')
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await heading(page, text)
  const dispatch = await somebody(baseURL!, 'dispatch')
  const found = await dispatch.get(`/v1/records?list=area&q=${encodeURIComponent(text)}`)
  const record = await dispatch.get(`/v1/records/${found.items[0].id}`)
  expect(record.files.map((file: { type: string }) => file.type)).toEqual(['video/webm'])
  const nobody = await somebody(baseURL!, null)
  expect((await nobody.get(`/v1/records/${record.id}`)).files, 'a voice is never public').toEqual([])
  await nobody.end()
  await dispatch.end()
})

test('malicious text is text: markup, turned writing, emoji, rare characters, too much of it', async ({
  page,
  baseURL,
}) => {
  const tricky = `${words('恶意')} <img src=x onerror="document.title='owned'"><script>document.title='owned'</script> \u202Egnp.exe\u202C \u{1F3DA}\u{1F468}‍\u{1F469}‍\u{1F467} \u{20BB7}田`
  await open(page)
  await page.getByText('垃圾清运').click()
  await page.locator('#report-words').fill('长'.repeat(10_000))
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('alert')).toContainText('最多 4000 个字，现在有 10000 个')
  await expect(page.locator('#report-words')).toHaveValue('长'.repeat(10_000))
  await page.locator('#report-words').fill(tricky + '字'.repeat(4000 - [...tricky].length))
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await expect(page.locator('h1')).toContainText('<img src=x')
  expect(await page.locator('h1').textContent(), 'no turned writing in a heading').not.toMatch(/[\u202A-\u202E]/)
  await expect(page.locator('.typed').first()).toContainText('\u{20BB7}田')
  for (const path of [new URL(page.url()).pathname, '/', '/mine', '/near']) {
    await page.goto(path)
    await expect(page.getByText(/<img src=x/).first()).toBeVisible()
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(wide, `${path} is not wider than the screen`).toBeLessThanOrEqual(0)
    expect(await page.title()).not.toContain('owned')
    expect(await page.locator('img[src="x"]').count()).toBe(0)
  }
  const listed = await somebody(baseURL!, null)
  expect((await listed.get('/v1/records?list=public&sort=new&limit=1')).items.length).toBe(1)
  await listed.end()
})

test('a wrong code is said so, and another one may be typed', async ({ page }) => {
  await page.goto('/sign-in')
  await page.locator('#phone').fill(newPhone())
  await page.getByRole('button', { name: '发送验证码' }).click()
  await page.locator('#code').fill('0000')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('验证码')
  await expect(page.locator('#code')).toBeFocused()
  await accessible(page, 'sign-in, wrong code')
})

test('what is nearby stands by distance, of the community around', async ({ page, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  const text = words('路灯不亮')
  await neighbour.post('/v1/records', report(text, { category: 'road' }))
  await page.goto('/near')
  const row = page.locator('main li', { hasText: text })
  await expect(row).toContainText(/\d\s米/)
  const told = await page.locator('main li').allInnerTexts()
  const metres = told.map((text) => {
    const [, number, unit] = /([\d.]+)\s(米|公里)/.exec(text) ?? []
    return number ? Number(number) * (unit === '公里' ? 1000 : 1) : Infinity
  })
  expect(metres, 'the nearest first').toEqual([...metres].sort((a, b) => a - b))
  const community = /\S+社区/.exec(await row.innerText())![0]
  expect(told.filter((text) => !text.includes(community))).toEqual([])
  await neighbour.end()
})

test('who signs in joins a public matter from its page', async ({ page, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  const text = words('路灯不亮')
  const made = await neighbour.post('/v1/records', report(text, { place: here }))
  await page.goto(`/m/${made.id}`)
  await heading(page, text)
  await accessible(page, 'public matter')
  await page.getByRole('link', { name: /我也遇到/ }).click()
  await signInByPhone(page)
  await heading(page, text)
  await perform(page, '我也遇到')
  await expect(page.getByText('“我也遇到”已提交')).toBeVisible()
  await neighbour.end()
})

test('a neighbour reports for somebody else and hands the link over', async ({ page, browser, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  const story = words('三楼王奶奶家的水管在漏')
  await enter(page, 'neighbour')
  await open(page)
  await page.getByText('漏水管道').click()
  await page.locator('#report-words').fill(story)
  await page.getByRole('checkbox', { name: /我替别人上报/ }).check()
  await expect(page.getByRole('heading', { name: /替谁上报/ })).toBeVisible()
  await page.locator('#contact-contact_name').fill('王奶奶')
  await accessible(page, 'report for somebody else')
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await expect(page.getByText(/把下面的链接转给本人/)).toBeVisible()
  await accessible(page, 'done, to hand over')
  const link = (await page.locator('.link').textContent())!
  // Whoever helped finds it again, once, and may look: it is not theirs to take back or to rate.
  await page.goto('/mine')
  await expect(page.getByText(story)).toHaveCount(1)
  const helped = (await neighbour.get('/v1/records?list=mine&sort=new&limit=20')).items as {
    id: string
    title: string
  }[]
  const matter = helped.find((one) => one.title === story)!
  expect((await neighbour.get(`/v1/records/${matter.id}`)).mine).toBe(false)
  await neighbour.end()

  // The one it is for, at another phone, without an account.
  const other = await browser.newContext({ baseURL: baseURL! })
  const hers = await other.newPage()
  await hers.goto(new URL(link).pathname)
  await expect(hers.getByText(story).first()).toBeVisible()
  const looked = hers.getByRole('region', { name: '谁看过我的信息' })
  await expect(looked).toContainText('还没有人查看过')
  // Who looks at her name says why, and she reads it.
  const street = await somebody(baseURL!, 'dispatch')
  await street.post(`/v1/records/${matter.id}/unseal`, { reason: '上门前约时间' })
  await street.end()
  await hers.reload()
  await expect(looked).toContainText('上门前约时间')
  await other.close()
})

test('what has parts of its own asks which of them it is', async ({ page }) => {
  await enter(page, 'neighbour')
  await page.goto('/report?kind=relief_application')
  await page.getByText('基本救助').click()
  await expect(page.getByRole('group', { name: '基本救助' })).toBeVisible()
  await accessible(page, 'parts of a category')
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('alert').first()).toContainText('请选择是什么事')
  await page.getByRole('radio', { name: '最低生活保障' }).check()
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByText('请选择是什么事')).toHaveCount(0)
})
