// The desk of duties: the roster's calendar by mouse and by keys, the call-up board as it happens, tracks on the map, and who
// is linked to nobody.
import { readFileSync } from 'node:fs'
import { accessible, expect, heading, quiet, test } from '../guard'
import { act, openPatrols, openStaff, setOut } from '../duties'
import { atDesk, type Json, somebody, words } from '../people'

const dayOf = (iso: string) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(iso))

test('a hole is seen and filled by who is next in turn; a swap is settled, somebody taken out', async ({
  page,
  baseURL,
}) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent', 'property', 'community')
  const [first, second] = [await slot(300, 303, 1), await slot(330, 332, 2)]
  const [agent, property] = [await somebody(baseURL!, 'agent'), await somebody(baseURL!, 'property')]
  const [agentName, propertyName] = [agent.session.person.name, property.session.person.name]
  await agent.post(`/v1/slots/${first.id}/take`, {}, 204)
  const starts = (await secretary.get(`/v1/slots/${second.id}`)).slot.starts as string
  await atDesk(page, 'secretary', `/desk/rosters?record=${staff.id}&day=${dayOf(starts)}&view=month`)
  await heading(page, '排班')
  const hole = page.locator(`#slot-${second.id}`)
  await expect(hole).toContainText('缺 2 人')
  await accessible(page, 'roster, month')
  await page.getByRole('button', { name: '周', exact: true }).click()
  await expect(hole).toContainText('0/2')
  await quiet(page)
  await accessible(page, 'roster, week')
  await hole.click()
  const dialog = page.getByRole('dialog')
  const candidates = dialog.locator('section', { has: page.getByRole('heading', { name: '谁来上这一班' }) })
  await expect(candidates.getByRole('row').first()).toContainText('该轮到')
  await expect(candidates.getByRole('row').filter({ hasText: agentName })).toContainText('已轮 1 班')
  await accessible(page, 'slot')
  await candidates.getByRole('button', { name: `安排 ${propertyName}` }).click()
  await expect(dialog.getByText(`已安排${propertyName}。`)).toBeVisible()
  await expect(dialog.getByRole('row').filter({ hasText: propertyName }).first()).toContainText('已排班')
  // Taking somebody out asks why.
  await dialog.getByRole('button', { name: `移出 ${propertyName}` }).click()
  await dialog.getByRole('button', { name: /^移出/ }).first().click()
  await expect(dialog.getByRole('alert')).toContainText('请写原因')
  await dialog.getByLabel('原因').fill('值班调整')
  await accessible(page, 'slot, taking out')
  await dialog.locator('form.task').getByRole('button', { name: /^移出/ }).click()
  await expect(dialog.getByText(`已移出${propertyName}。`)).toBeVisible()
  await dialog.getByText('经过').click()
  await expect(dialog.locator('.history')).toContainText('值班调整')
  await page.keyboard.press('Escape')
  await expect(hole).toBeFocused()
  // A swap that two have agreed upon by telephone.
  await agent.post(`/v1/slots/${first.id}/swap`, { to: property.session.person.id }, 201)
  await page.goto(`/desk/rosters?record=${staff.id}&day=${dayOf(first.starts ?? starts)}&view=month`)
  const swapped = page.locator(`#slot-${first.id}`)
  await expect(swapped).toContainText('待答复换班 1')
  await swapped.click()
  await dialog.getByRole('button', { name: '同意', exact: true }).click()
  await expect(dialog.getByText('已换班。')).toBeVisible()
  const people = (await secretary.get(`/v1/slots/${first.id}`)).slot.people as Json[]
  expect(people.map((one) => one.person.name)).toEqual([propertyName])
  for (const one of [agent, property, secretary]) await one.end()
})

test('somebody stands in for another; who does not come is marked, and the place is filled while the turn runs', async ({
  page,
  baseURL,
}) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent', 'property', 'community')
  const people = await Promise.all(['agent', 'property', 'community'].map((login) => somebody(baseURL!, login)))
  const [agent, property, community] = people.map((one) => one.session.person.name as string)
  const [ahead, runs] = [await slot(270, 272, 1), await slot(-1, 2, 1)]
  for (const one of [ahead, runs]) await people[0]!.post(`/v1/slots/${one.id}/take`, {}, 204)
  const starts = (await secretary.get(`/v1/slots/${ahead.id}`)).slot.starts as string
  await atDesk(page, 'secretary', `/desk/rosters?record=${staff.id}&day=${dayOf(starts)}`)
  const dialog = page.getByRole('dialog')
  await page.locator(`#slot-${ahead.id}`).click()
  await dialog.getByRole('button', { name: `替班 ${agent}` }).click()
  await dialog.locator('form.task').getByRole('button', { name: /^替班/ }).click()
  await expect(dialog.getByRole('alert')).toContainText('请先选人')
  await dialog.getByRole('combobox').fill(property!)
  await page.getByRole('option', { name: property }).first().click()
  await accessible(page, 'slot, substitute')
  await dialog.locator('form.task').getByRole('button', { name: /^替班/ }).click()
  await expect(dialog.getByText(`已由${property}替班。`)).toBeVisible()
  const stands = async (id: string) =>
    ((await secretary.get(`/v1/slots/${id}`)).slot.people as Json[])
      .filter((one) => one.state === 'standing')
      .map((one) => one.person.name)
  expect(await stands(ahead.id)).toEqual([property])
  await page.keyboard.press('Escape')
  // The turn has begun and nobody is there.
  await page.goto(`/desk/rosters?record=${staff.id}`)
  await page.locator(`#slot-${runs.id}`).click()
  await dialog.getByRole('button', { name: `记缺勤 ${agent}` }).click()
  await dialog
    .locator('form.task')
    .getByRole('button', { name: /^记缺勤/ })
    .click()
  await expect(dialog.getByRole('alert')).toContainText('请写原因')
  await dialog.getByLabel('原因').fill('未到岗，电话无人接')
  await dialog
    .locator('form.task')
    .getByRole('button', { name: /^记缺勤/ })
    .click()
  await expect(dialog.getByText(`已记${agent}缺勤。`)).toBeVisible()
  await expect(dialog.getByRole('row').filter({ hasText: agent }).first()).toContainText('未到岗')
  await dialog.getByRole('button', { name: `安排 ${community}` }).click()
  await expect(dialog.getByText(`已安排${community}。`)).toBeVisible()
  expect(await stands(runs.id)).toEqual([community])
  await accessible(page, 'slot, absent')
  for (const one of [...people, secretary]) await one.end()
})

test('the calendar is printed on A4, a sheet on its side, without what only a screen needs', async ({
  page,
  baseURL,
}) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent')
  const one = await slot(520, 522, 2)
  const starts = (await secretary.get(`/v1/slots/${one.id}`)).slot.starts as string
  await page.addInitScript(() => (window.print = () => (document.title = 'printed')))
  await atDesk(page, 'secretary', `/desk/rosters?record=${staff.id}&day=${dayOf(starts)}`)
  await page.locator(`#slot-${one.id}`).waitFor()
  await page.getByRole('button', { name: '打印' }).click()
  await expect(page).toHaveTitle('printed')
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator(`#slot-${one.id}`)).toContainText('缺 2 人')
  await expect(page.locator('.print-head')).toContainText(secretary.session.person.name)
  for (const gone of ['加一班', '打印', '只看缺人的'])
    await expect(page.getByRole('button', { name: gone })).toHaveCount(0)
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  const sizes = [...paper.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((box) => [box[1], box[2]].map(Number))
  expect(sizes.length).toBeGreaterThan(0)
  for (const [wide, high] of sizes) expect([Math.round(wide!), Math.round(high!)]).toEqual([842, 595])
  await secretary.end()
})

test('what others do to a roster is seen as it happens; the calendar is taken away as a table', async ({
  page,
  baseURL,
}) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent')
  const one = await slot(560, 562, 2)
  const agent = await somebody(baseURL!, 'agent')
  const starts = (await secretary.get(`/v1/slots/${one.id}`)).slot.starts as string
  const listening = page.waitForResponse(/\/v1\/stream/)
  await atDesk(page, 'secretary', `/desk/rosters?record=${staff.id}&day=${dayOf(starts)}`)
  const shown = page.locator(`#slot-${one.id}`)
  await expect(shown).toContainText('0/2')
  await listening
  await agent.post(`/v1/slots/${one.id}/take`, {}, 204)
  await expect(shown).toContainText('1/2')
  await expect(shown).toContainText(agent.session.person.name)
  // While a dialog is open the page stands still; afterwards it shows what has happened.
  await shown.click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('row').filter({ hasText: agent.session.person.name }).first()).toBeVisible()
  const heard = page.waitForResponse((reply) => /\/v1\/rosters/.test(reply.url()))
  await agent.post(`/v1/slots/${one.id}/leave`, { reason: '' }, 204)
  await page.keyboard.press('Escape')
  await heard
  await expect(shown).toContainText('0/2')
  await page.getByRole('button', { name: '导出' }).click()
  await accessible(page, 'roster, export')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('link', { name: 'Excel（.xlsx）' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/)
  const bytes = readFileSync((await file.path())!)
  expect(bytes.subarray(0, 2).toString('latin1')).toBe('PK')
  for (const each of [agent, secretary]) await each.end()
})

test('the calendar works by keys: to a slot, into it, out again; a slot is added', async ({ page, baseURL }) => {
  const { secretary, staff, slot } = await openStaff(baseURL!, 'agent')
  const one = await slot(400, 402, 1)
  const starts = (await secretary.get(`/v1/slots/${one.id}`)).slot.starts as string
  await atDesk(page, 'secretary', `/desk/rosters?record=${staff.id}&day=${dayOf(starts)}`)
  await page.locator(`#slot-${one.id}`).waitFor()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(`#slot-${one.id}`)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('班次')
  await page.keyboard.press('Escape')
  await expect(page.locator(`#slot-${one.id}`)).toBeFocused()
  await page.getByRole('button', { name: '加一班' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('结束').fill('2020-01-01T08:00')
  await page.keyboard.press('Control+Enter')
  await expect(dialog.getByRole('alert')).toContainText('结束要晚于开始')
  await accessible(page, 'new slot, refused')
  await dialog.getByLabel('开始').fill(`${dayOf(starts)}T23:10`)
  await dialog.getByLabel('结束').fill(`${dayOf(starts)}T23:50`)
  await dialog.getByLabel('需要人数').fill('4')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('已加一班。')).toBeVisible()
  await expect(page.locator('.slot', { hasText: '23:10–23:50' })).toContainText('缺 4 人')
  await secretary.end()
})

test('an occasion is moved and cancelled with a reason', async ({ page, baseURL }) => {
  const secretary = await somebody(baseURL!, 'secretary')
  const name = words('晚间值守')
  const place = { area: secretary.session.posts[0].area }
  const roster = await secretary.post('/v1/records', { kind: 'duty_roster', place, form: { name } })
  const slots = async () => (await secretary.get(`/v1/records/${roster.id}/roster`)).slots as Json[]
  await expect.poll(async () => (await slots()).length).toBeGreaterThan(3)
  const [, second, third] = await slots()
  await atDesk(page, 'secretary', `/desk/rosters?record=${roster.id}&day=${dayOf(second.starts)}`)
  await page.locator(`#slot-${second.id}`).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '改期' }).click()
  await dialog.getByLabel('开始').fill(`${dayOf(second.starts)}T19:30`)
  await dialog.getByLabel('结束').fill(`${dayOf(second.starts)}T21:30`)
  await dialog.getByLabel('原因').fill('大风')
  await dialog.locator('form.task').getByRole('button', { name: /^改期/ }).click()
  await expect(dialog.getByText(/^已改期/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator(`#slot-${second.id}`)).toContainText('19:30–21:30')
  await page.goto(`/desk/rosters?record=${roster.id}&day=${dayOf(third.starts)}`)
  await page.locator(`#slot-${third.id}`).click()
  await dialog.getByRole('button', { name: '取消这一次' }).click()
  await dialog.getByLabel('原因').fill('演练并入另一天')
  await dialog
    .locator('form.task')
    .getByRole('button', { name: /^取消这一次/ })
    .click()
  await expect(dialog.getByText(/^已取消，/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.locator(`#slot-${third.id}`)).toContainText('已取消')
  const history = await secretary.get(`/v1/occasions/${second.occasion}/history`)
  expect((history.items as Json[]).map((one) => [one.what, one.reason])).toContainEqual(['moved', '大风'])
  await secretary.end()
})

test('the call-up board shows who is silent, and hears of an answer at once', async ({ page, baseURL }) => {
  const [secretary, head] = [await somebody(baseURL!, 'secretary'), await somebody(baseURL!, 'grid')]
  const place = { area: secretary.session.posts[0].area }
  const name = words('防汛')
  const event = await secretary.post('/v1/records', { kind: 'emergency_event', place, form: { name, grade: 'ii' } })
  const units = [words('第一支部'), words('第二支部')]
  for (const unit of units)
    await act(secretary, event, 'call_up', { chain: 'neighbour', unit, head: head.session.person.id })
  await atDesk(page, 'secretary', `/desk/callup?event=${event.id}`)
  await heading(page, '集结看板')
  const tile = (text: string) => page.locator('.tile', { hasText: text }).locator('b')
  await expect(tile('还没回应')).toHaveText('2')
  await accessible(page, 'call-up board')
  const open = (await head.get('/v1/records?list=todo&kind=call_up&open=true&limit=100')).items as Json[]
  const mine = open.find((one) => one.title === units[0])!
  await act(head, mine, 'muster', { members: 7 })
  await expect(tile('还没回应')).toHaveText('1')
  await expect(tile('已到岗')).toHaveText('1')
  await expect(tile('到岗人数')).toHaveText('7')
  const rows = page.getByRole('region', { name: '还没回应的排在前面' }).getByRole('row')
  await expect(rows.nth(1)).toContainText(units[1]!)
  await expect(rows.nth(2)).toContainText(units[0]!)
  await page.getByRole('link', { name: units[0] }).click()
  await heading(page, units[0]!)
  await secretary.end()
  await head.end()
})

test('tracks lie on the map with their check-ins, and the plan says who owes what', async ({ page, baseURL }) => {
  const { captain, warden, plan, name } = await openPatrols(baseURL!, 'part')
  const patrol = await setOut(baseURL!, warden, plan)
  const now = Date.now()
  const at = (minutes: number) => new Date(now - 3_600_000 + minutes * 60_000).toISOString()
  await warden.post(
    '/v1/checkins',
    { key: `start-${patrol.id}`, record: patrol.id, sort: 'start', phone_at: at(0), lon: 117.2281, lat: 39.1265 },
    201,
  )
  const points = Array.from({ length: 20 }, (_, n) => ({
    at: at(n),
    lon: 117.2281 + n * 0.0005,
    lat: 39.1265 + (n % 2) * 0.0003,
  }))
  await warden.post('/v1/tracks', { key: `track-${patrol.id}`, record: patrol.id, points }, 201)
  await atDesk(page, 'chief', '/desk/patrols')
  await heading(page, '巡查地图')
  const mine = page.locator('.tracks button', { hasText: patrol.number })
  await expect(mine).toContainText(warden.session.person.name)
  await expect(page.getByRole('application', { name: '巡查轨迹地图' })).toBeVisible()
  await mine.click()
  await expect(page.getByRole('heading', { name: /打卡点/ })).toBeVisible()
  await expect(page.getByRole('row', { name: /^开始/ })).toBeVisible()
  const owed = page.getByRole('region', { name })
  await expect(owed.getByRole('row', { name: new RegExp(warden.session.person.name) })).toContainText('0 / 3')
  await quiet(page)
  await accessible(page, 'patrol map')
  await captain.end()
  await warden.end()
})

test('who is linked to nobody is a list; a contact is given, the load seen, a link ended', async ({
  page,
  baseURL,
}) => {
  const secretary = await somebody(baseURL!, 'secretary')
  const area = secretary.session.posts[0].area as string
  await atDesk(page, 'secretary', `/desk/links?kind=member_household&area=${area}`)
  await heading(page, '联系覆盖')
  const lonely = page.getByRole('region', { name: '无人联系的户' }).getByRole('row')
  const load = page.getByRole('region', { name: '每人联系几户' })
  await lonely.nth(1).waitFor()
  const before = await lonely.count()
  await accessible(page, 'links')
  await lonely
    .nth(1)
    .getByRole('button', { name: /^安排联系人/ })
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^安排联系人/ }).click()
  await expect(dialog.getByRole('alert')).toContainText('请先选人')
  await accessible(page, 'links, refused')
  const community = await somebody(baseURL!, 'community')
  const name = community.session.person.name as string
  await dialog.getByRole('combobox').fill(name)
  await page.getByRole('option', { name }).first().click()
  await dialog.getByRole('button', { name: /^安排联系人/ }).click()
  await expect(page.getByText('已安排联系人。')).toBeVisible()
  await expect(lonely).toHaveCount(before - 1)
  await load.getByRole('button', { name: new RegExp(name) }).click()
  const behind = page.getByRole('region', { name: `${name}联系的` })
  await behind
    .getByRole('button', { name: /^结束联系/ })
    .first()
    .click()
  await dialog.getByLabel('原因').fill('调离')
  await dialog.getByRole('button', { name: /^结束联系/ }).click()
  await expect(page.getByText('已结束联系。')).toBeVisible()
  await community.end()
  await secretary.end()
})
