// My duties: taking, swapping and leaving turns; checking in with and without a network; the track of a walk; absences and
// the phone's calendar. The server is asked what became of it.
import type { Page } from '@playwright/test'
import { accessible, expect, heading, quiet, test } from '../guard'
import { openPatrols, openStaff, setOut } from '../duties'
import { enter, type Json, signInResident, somebody } from '../people'
import { picture } from '../photo'

const entry = (page: Page, section: string, text: string | RegExp) =>
  page.locator('section', { has: page.getByRole('heading', { name: section }) }).locator('.entry', { hasText: text })

test('a turn is taken, given away to somebody who agrees, and left @wide', async ({ page, baseURL }) => {
  const { secretary, slot } = await openStaff(baseURL!, 'agent', 'property')
  // The same people take other hours where the test runs again at another width.
  const later = test.info().project.name === 'wide' ? 97 : 0
  const [mine, theirs] = [await slot(later + 30, later + 33, 1), await slot(later + 60, later + 62, 1)]
  const property = await somebody(baseURL!, 'property')
  await property.post(`/v1/slots/${theirs.id}/take`, {}, 204)
  await enter(page, 'agent')
  await page.goto('/duties')
  await heading(page, '我的任务')
  const offers = page.locator('section', { has: page.getByRole('heading', { name: '可以报名的班次' }) })
  const more = offers.getByRole('button', { name: /^再看/ })
  await offers.locator('.entry').first().waitFor()
  if (await more.count()) await more.click()
  await accessible(page, 'duties')
  const before = ((await secretary.get(`/v1/slots/${mine.id}`)) as Json).slot
  expect(before.taken).toBe(0)
  const state = async (id: string) => (await secretary.get(`/v1/slots/${id}`)).slot
  await offers.locator('.entry').last().getByRole('button', { name: '我来' }).waitFor()
  // The slot of this test is the one of three hours.
  const span = await page.evaluate(
    ([starts, ends]) => {
      const clock = (at: string) =>
        new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' }).format(
          new Date(at),
        )
      return [clock(starts!), clock(ends!)]
    },
    [before.starts, before.ends] as string[],
  )
  await offers
    .locator('.entry', { hasText: span[0] })
    .filter({ hasText: span[1] })
    .first()
    .getByRole('button', { name: '我来' })
    .click()
  await expect(page.getByText('已报名。')).toBeVisible()
  expect((await state(mine.id)).taken).toBe(1)
  await page.goto(`/duties/turn/${mine.id}`)
  await page.getByRole('button', { name: '请人替我' }).click()
  await page.getByRole('button', { name: '发出请求' }).click()
  await expect(page.getByRole('alert')).toContainText('请先选一个')
  await page.getByText(property.session.person.name, { exact: true }).click()
  await accessible(page, 'a turn, asking')
  await page.getByRole('button', { name: '发出请求' }).click()
  await expect(page.getByText('请求已发出')).toBeVisible()
  const asked = (await property.get('/v1/me/duties')).swaps as Json[]
  await property.post(`/v1/swaps/${asked[0].id}/answer`, { accept: true }, 204)
  await page.reload()
  await expect(page.getByText('这一班已不在您的班次里。')).toBeVisible()
  expect((await state(mine.id)).people.map((one: Json) => one.person.name)).toEqual([property.session.person.name])
  await page.goto('/duties')
  // And the other way about: what others ask of me, I answer here.
  const third = await slot(later + 90, later + 93, 1)
  await property.post(`/v1/slots/${third.id}/take`, {}, 204)
  await property.post(
    `/v1/slots/${third.id}/swap`,
    { to: (await (await page.request.get('/v1/session')).json()).person.id },
    201,
  )
  await page.reload()
  await entry(page, '换班请求', property.session.person.name).getByRole('button', { name: '同意' }).click()
  await expect(page.getByText('已换班。')).toBeVisible()
  await page.goto(`/duties/turn/${third.id}`)
  await page.getByRole('button', { name: '退出这一班' }).click()
  await accessible(page, 'a turn, leaving')
  await page.getByRole('button', { name: '退出这一班' }).click()
  await expect(page.getByText('已退出这一班。')).toBeVisible()
  expect((await state(third.id)).taken).toBe(0)
  await property.end()
  await secretary.end()
})

test('a check-in made without a network is kept with its photo and its time, and counts once', async ({
  page,
  context,
  baseURL,
}) => {
  const { captain, warden, plan, name } = await openPatrols(baseURL!, 'part')
  const patrol = await setOut(baseURL!, warden, plan)
  await enter(page, 'part')
  await page.goto('/duties')
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true)
  const owed = page.locator('.quota', { hasText: '江面巡查' }).last()
  await expect(owed).toContainText('本周已完成 0 次，要求 3 次')
  await expect(page.getByRole('link', { name })).toBeVisible()
  await page.goto(`/duties/check/${patrol.id}`)
  await expect(page.getByText(/^已定位/)).toBeVisible()
  await accessible(page, 'check-in')
  await page.getByRole('button', { name: '提交打卡' }).click()
  await expect(page.getByText(/^打卡成功/)).toBeVisible()
  await context.setOffline(true)
  await page.goto('/duties')
  await expect(page.getByText(/没有网络，显示的是/)).toBeVisible()
  await accessible(page, 'duties, offline')
  await page.goto(`/duties/check/${patrol.id}`)
  await page.getByText('拍照取证').click()
  await page.locator('#check-photos').setInputFiles(picture)
  await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
  const pressed = Date.now()
  await page.getByRole('button', { name: '提交打卡' }).click()
  await expect(page.getByText(/有网后自动发送，只发一次/)).toBeVisible()
  await accessible(page, 'check-in, offline')
  await page.goto('/duties')
  await expect(page.getByText('打卡已存在手机里，等待发送').first()).toBeVisible()
  await page.goto('/w/outbox')
  await expect(page.getByText(/打卡 · 拍照取证/)).toBeVisible()
  const kept = async () => (await captain.get(`/v1/records/${patrol.id}/checkins`)).items as Json[]
  expect(await kept()).toHaveLength(1)
  await context.setOffline(false)
  await expect.poll(async () => (await kept()).length, { timeout: 20_000 }).toBe(2)
  await page.goto('/w/outbox')
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  await accessible(page, 'outbox, check-ins sent')
  await page.reload()
  await quiet(page)
  const [start, photo] = await kept()
  expect(start).toMatchObject({ sort: 'start', lon: 117.2281, lat: 39.1265 })
  expect(photo).toMatchObject({ sort: 'picture', photos: 1 })
  expect(Math.abs(Date.parse(photo.phone_at) - pressed), 'the time of pressing, not of sending').toBeLessThan(5_000)
  await warden.end()
  await captain.end()
})

test('a walk is recorded, survives a closed page, and is sent as one track', async ({ page, context, baseURL }) => {
  const { captain, warden, plan } = await openPatrols(baseURL!, 'part')
  const patrol = await setOut(baseURL!, warden, plan, 'shore')
  await enter(page, 'part')
  // As if the walk had taken its time: a test is faster than anybody walks, and what is too fast is left out.
  await page.addInitScript(() => {
    const real = navigator.geolocation.watchPosition.bind(navigator.geolocation)
    navigator.geolocation.watchPosition = (tell, refuse, options) =>
      real(
        ({ coords }) => {
          const begun = Number((sessionStorage.begun ??= String(Date.now() - 900_000)))
          const step = Number(sessionStorage.step ?? '0')
          sessionStorage.step = String(step + 1)
          tell({ coords, timestamp: begun + step * 15_000 } as GeolocationPosition)
        },
        refuse,
        options,
      )
  })
  await page.goto(`/duties/check/${patrol.id}`)
  await page.getByRole('button', { name: '开始记录' }).click()
  const points = page.getByText(/个点 ·/)
  const recorded = async () => Number(/(\d+) 个点/.exec((await points.textContent()) ?? '')?.[1] ?? 0)
  await expect.poll(recorded, 'where the walk begins').toBeGreaterThan(0)
  const walk = async (from: number, until: number) => {
    for (let step = from; step < until; step += 1) {
      const before = await recorded()
      await context.setGeolocation({ longitude: 117.2281 + step * 0.0003, latitude: 39.1265, accuracy: 8 })
      await expect.poll(recorded).toBeGreaterThan(before)
    }
  }
  await walk(1, 4)
  await page.goto('/duties')
  await expect(page.getByRole('link', { name: /正在记录轨迹/ })).toBeVisible()
  // Who is signed in is heard after the page stands: the walk goes on all the same.
  await page.route('**/v1/session', async (route) => {
    await page.getByRole('navigation').first().waitFor()
    await route.continue()
  })
  await page.reload()
  await page.getByRole('link', { name: /正在记录轨迹/ }).click()
  await walk(4, 6)
  await accessible(page, 'check-in, recording')
  await page.getByRole('button', { name: '结束并提交' }).click()
  await expect(page.getByText('轨迹已提交。')).toBeVisible()
  const { tracks } = await captain.get(`/v1/records/${patrol.id}/checkins`)
  expect(tracks).toHaveLength(1)
  expect(tracks[0].metres).toBeGreaterThan(90)
  await warden.end()
  await captain.end()
})

test('an absence is noted without a reason, a skill told, the calendar’s address made and ended', async ({
  page,
  baseURL,
}) => {
  const property = await somebody(baseURL!, 'property')
  await enter(page, 'property')
  await page.goto('/duties/mine')
  await heading(page, '请假、技能、手机日历')
  await page.getByRole('button', { name: '登记' }).click()
  await expect(page.getByRole('alert')).toContainText('结束时间应晚于开始时间')
  await page.locator('#away-from').fill('2031-05-01T08:00')
  await page.locator('#away-until').fill('2031-05-03T20:00')
  await page.getByRole('button', { name: '登记' }).click()
  await expect(page.getByText('2031-05-01 08:00 – 2031-05-03 20:00')).toBeVisible()
  expect((await property.get('/v1/me/duties')).absences).toHaveLength(1)
  await page.getByText('驾船').click()
  await expect(page.getByText('待确认')).toBeVisible()
  await page.getByRole('button', { name: '生成地址' }).click()
  const address = await page.locator('.address').textContent()
  await accessible(page, 'absences, skills, calendar')
  const calendar = await property.get('/v1/feeds')
  expect(calendar.items.length).toBeGreaterThan(0)
  expect(await (await page.request.get(address!)).text()).toContain('BEGIN:VCALENDAR')
  await page.getByRole('button', { name: '全部停用' }).click()
  await expect(page.getByText('已停用')).toBeVisible()
  expect((await page.request.get(address!)).ok()).toBe(false)
  await page.getByRole('button', { name: /^取消/ }).click()
  await expect(page.getByText('没有登记。')).toBeVisible()
  await property.end()
})

test('my data say in plain words what duties and accounts hold of me @wide', async ({ page, baseURL }) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'community')
  const community = await somebody(baseURL!, 'community')
  const wide = test.info().project.name === 'wide' ? 40 : 0
  const turn = await slot(wide + 600, wide + 603, 1)
  await community.post(`/v1/slots/${turn.id}/take`, {}, 204)
  await community.post('/v1/me/absences', { from: '2031-06-01T00:00:00Z', until: '2031-06-03T00:00:00Z' }, 201)
  await enter(page, 'community')
  await page.goto('/me/data')
  const kept = page.getByRole('region', { name: '班次、打卡和账户里的您' })
  const group = (name: string) => kept.locator('details', { has: page.locator('summary', { hasText: name }) })
  await group('班次').locator('summary').click()
  const held = await community.get('/v1/me/kept')
  await expect(group('班次').getByRole('listitem')).toHaveCount(held.turns.length)
  await expect(group('班次')).toContainText('已排班')
  await expect(group('班次')).toContainText((await secretary.get(`/v1/records/${staff.id}`)).title)
  await group('不能值班的时间').locator('summary').click()
  await expect(group('不能值班的时间')).toContainText('2031')
  await accessible(page, 'my data, kept')
  const copy = await page.request.get('/v1/me/export')
  expect((await copy.json()).kept.turns).toHaveLength(held.turns.length)
  for (const one of [community, secretary]) await one.end()
})

test('a resident of whom duties hold nothing is told so', async ({ page }) => {
  await signInResident(page)
  await page.goto('/me/data')
  await expect(page.getByText('没有您的班次、打卡、轨迹或账户。')).toBeVisible()
})

test('the roster is printed on A4: who stands when, and nothing to press', async ({ page, baseURL }) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent')
  const one = await slot(140, 143, 2)
  const agent = await somebody(baseURL!, 'agent')
  await agent.post(`/v1/slots/${one.id}/take`, {}, 204)
  await page.addInitScript(() => (window.print = () => (document.title = 'printed')))
  await enter(page, 'agent')
  await page.goto(`/duties/roster/${staff.id}`)
  await expect(page.getByText('还缺 1 人')).toBeVisible()
  await accessible(page, 'roster')
  await page.getByRole('button', { name: '打印' }).click()
  await expect(page).toHaveTitle('printed')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText('还缺 1 人')).toBeVisible()
  await expect(page.getByRole('button')).toHaveCount(0)
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const sizes = [...paper.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((box) => [box[1], box[2]].map(Number))
  expect(sizes.length).toBeGreaterThan(0)
  for (const [wide, high] of sizes) expect([Math.round(wide!), Math.round(high!)]).toEqual([595, 842])
  await agent.end()
  await secretary.end()
})
