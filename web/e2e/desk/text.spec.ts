// What people type is text on every page of the desk that shows it: markup, turned writing, emoji, rare characters, too much.
import { type Page } from '@playwright/test'
import { openPatrols } from '../duties'
import { expect, heading, quiet, test } from '../guard'
import { pairEnterprise } from '../ledger'
import { Hand, unique } from '../matters'
import { atDesk, type Json, signInDesk, somebody } from '../people'

const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
const turned = '\u202Egnp.exe\u202C'
const odd = '\u{1F468}‍\u{1F469}‍\u{1F467}\u{20BB7}田'

// Shown as it was written, run by nobody, and no wider than the screen.
async function isText(page: Page, where: string, words = '<img src=x') {
  await expect(page.getByText(words).filter({ visible: true }).first(), where).toBeVisible()
  await quiet(page)
  expect(await page.title(), where).not.toContain('owned')
  expect(await page.locator('img[src="x"]').count(), where).toBe(0)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide, `${where} is not wider than the screen`).toBeLessThanOrEqual(0)
}

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
])
  test(`the queue and a record show what was typed as text, ${size.width} wide`, async ({ page }) => {
    await page.setViewportSize(size)
    await atDesk(page)
    const hand = await Hand.on(page)
    const words = unique()
    const made = await hand.raise(`${words} ${markup}${turned}${odd}${'字'.repeat(3700)}`)
    await page.goto(`/desk/?list=area&tab=everything&q=${encodeURIComponent(words)}&chosen=${made.id}`)
    await expect(page.locator('tbody tr')).toHaveCount(1)
    await isText(page, 'queue')
    await page.goto(`/desk/r/${made.id}`)
    await isText(page, 'record')
    expect(await page.locator('h1').textContent(), 'no turned writing in a heading').not.toMatch(/[\u202A-\u202E]/)
    await page.goto(`/desk/?list=area&tab=everything&q=${encodeURIComponent(markup)}`)
    await expect(page.locator('main h1')).toBeAttached()
    await quiet(page)
    expect(await page.title()).not.toContain('owned')
  })

test('organisations, the log of changes, tokens, saved filters and imports show what was typed as text', async ({
  page,
}) => {
  await atDesk(page, 'admin', '/desk/organisation')
  const hand = await Hand.on(page)
  const { items } = await hand.get<{ items: { id: string; name: string; kind: string; area?: string }[] }>('/v1/orgs')
  const street = items.find((one) => one.kind === 'street_office') ?? items[0]!
  const words = unique()
  await hand.post(
    '/v1/orgs',
    {
      parent: street.id,
      kind: street.kind,
      code: words,
      name: `${words}${markup.slice(0, 60)}${odd}`,
      area: street.area,
      reason: `${words}${markup.slice(0, 90)}`,
    },
    201,
  )
  await page.locator('#org-words').fill(words)
  await isText(page, 'organisations')
  await page.getByRole('button', { name: new RegExp(words) }).click()
  await isText(page, 'one organisation')
  await page.goto('/desk/audit')
  await isText(page, 'audit')

  await page.goto('/desk/tokens')
  await page.getByRole('button', { name: '新建令牌' }).click()
  await page.locator('#token-name').fill(`${words}<img src=x>${odd}`)
  await page.getByRole('dialog').getByRole('button', { name: '新建令牌' }).click()
  await expect(page.getByText('只显示这一次')).toBeVisible()
  await isText(page, 'tokens')
  await page.getByRole('button', { name: new RegExp(`撤销 ${words}`) }).click()
  await isText(page, 'revoking a token')
  await page.getByRole('dialog').getByRole('button', { name: '撤销', exact: true }).click()
  await expect(page.getByRole('button', { name: new RegExp(`撤销 ${words}`) })).toHaveCount(0)

  await page.goto('/desk/imports')
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = [
    ['编号', '姓名', markup.slice(0, 60)],
    [words, `${markup}${turned}`, odd],
  ]
  await page.locator('#import-file').setInputFiles({
    name: `${words}<img src=x>.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`),
  })
  await page.getByRole('button', { name: '上传' }).click()
  await heading(page, '导入人员与岗位')
  await isText(page, 'columns of an import')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await expect(page.getByRole('heading', { name: /已检查/ })).toBeVisible()
  await isText(page, 'rows of an import')
  await page.goto('/desk/imports')
  await isText(page, 'imports')
})

test('rosters show what was typed as text', async ({ page, baseURL }) => {
  const secretary = await somebody(baseURL!, 'secretary')
  const words = unique()
  const area = secretary.session.posts[0].area
  await secretary.post('/v1/records', {
    kind: 'duty_roster',
    place: { area },
    form: { name: `${words}<img src=x>${odd}${turned}` },
  })
  await secretary.end()

  await signInDesk(page, 'secretary')
  await page.goto('/desk/rosters')
  await isText(page, 'rosters', words)
  await page.getByRole('button', { name: new RegExp(words) }).click()
  await isText(page, 'one roster', words)
})

test('the call-up board, the patrol map, links and pairing show what was typed as text', async ({ page, baseURL }) => {
  const secretary = await somebody(baseURL!, 'secretary')
  const typed = () => `${unique()}<img src=x>${odd}${turned}`
  const { person, posts } = secretary.session

  const event = await secretary.post('/v1/records', {
    kind: 'emergency_event',
    place: { area: posts[0].area },
    form: { name: typed(), grade: 'iii' },
  })
  await secretary.post(`/v1/records/${event.id}/actions/call_up`, {
    form: { chain: 'neighbour', unit: typed(), head: person.id },
  })
  await atDesk(page, 'secretary', `/desk/callup?event=${event.id}`)
  await isText(page, 'call-up board', '<img src=x')
  await secretary.post(`/v1/records/${event.id}/actions/end`, { form: {} })

  // Somebody's link ends, and a household of such a name comes in its stead; then the page ends that one as well.
  const kind = 'member_household'
  const member = (await secretary.get(`/v1/links/load?kind=${kind}`)).items[0].person as Json
  const held = (await secretary.get(`/v1/links?person=${member.id}&kind=${kind}`)).items[0] as Json
  // Units and reasons are one line without turned writing: the server says so.
  const plain = () => `${unique()}<img src=x>${odd}`
  const unit = plain()
  await secretary.post(`/v1/links/${held.id}/end`, { reason: plain() }, 204)
  await secretary.post('/v1/links', { kind, from: member.id, area: held.area.id, unit }, 201)
  await page.goto(`/desk/links?kind=${kind}`)
  await page.getByRole('button', { name: member.name }).click()
  await isText(page, 'links of a member')
  await page
    .locator('tr', { hasText: unit.slice(0, 12) })
    .getByRole('button')
    .click()
  await page.locator('#link-reason').fill(markup)
  await page.locator('#link-reason').press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await isText(page, 'households that are linked to nobody')
  await secretary.post('/v1/links', { kind, from: member.id, household: held.household }, 201)
  await secretary.end()

  const firm = await pairEnterprise(baseURL!, typed())
  await page.goto('/desk/pairing')
  await page.getByRole('button', { name: /^企业/ }).click()
  await page.getByRole('link', { name: firm.number }).click()
  await isText(page, 'an enterprise of the pairing', '<img src=x')

  const { captain, warden } = await openPatrols(baseURL!, 'part', typed())
  await captain.end()
  await warden.end()
  await atDesk(page, 'chief', '/desk/patrols')
  await isText(page, 'patrols')
})
