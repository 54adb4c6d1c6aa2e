// Books, points, a donation day: something is made to be seen, then the pages of both apps are taken.
import { url } from './camera.mjs'

const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

// What somebody does over HTTP, and who they are.
async function hands(as, login, run) {
  return as(login, async (request, csrf) => {
    const headers = { 'X-CSRF-Token': csrf }
    const say = async (reply) => (reply.ok() ? reply.json() : Promise.reject(new Error(await reply.text())))
    return run({
      who: await say(await request.get(`${url}/v1/session`)),
      get: async (path) => say(await request.get(url + path)),
      post: async (path, data) => say(await request.post(url + path, { headers, data })),
      file: async () => {
        const file = { name: 'voucher.png', mimeType: 'image/png', buffer: dot }
        return [(await say(await request.post(`${url}/v1/files`, { headers, multipart: { file } }))).id]
      },
    })
  })
}

// What the pictures of books, points, relief and giving are of.
export async function prepare(as) {
  const seats = await Promise.all(
    ['secretary', 'community', 'leader'].map((login) => hands(as, login, (one) => one.who)),
  )
  const [secretary, checker, leader] = seats
  const place = secretary.posts[0].area
  const top = await hands(as, 'leader', async (one) => (await one.get('/v1/areas')).items[0].id)
  await hands(as, 'admin', async (admin) => {
    const give = async (who, role, area = who.posts[0].area) => {
      const { org, from } = who.posts[0]
      await admin.post('/v1/posts', { person: who.person.id, role, org, area, from }).catch(() => {}) // held already
    }
    for (const role of ['village_accountant', 'income_officer', 'assembly_chair', 'points_recorder', 'shop_keeper'])
      await give(secretary, role)
    await give(checker, 'points_checker')
    await give(checker, 'relief_town')
    await give(leader, 'charity_officer')
    await give(leader, 'pairing_officer', top)
  })
  const raise = (one, kind, area, form) => one.post('/v1/records', { kind, place: { area }, form })
  const act = (one, record, action, form = {}) => one.post(`/v1/records/${record.id}/actions/${action}`, { form })
  const member = await hands(as, 'resident', (one) =>
    raise(one, 'points_member', place, { of_age: true }).catch(
      async () => (await one.get('/v1/records?list=mine&kind=points_member')).items[0],
    ),
  )
  const { deed, refused, book } = await hands(as, 'secretary', async (one) => {
    const book = await raise(one, 'village_book', place, {
      what: '桃园 2026 年度账',
      village: place,
      year: 2026,
      target: 100_000,
    })
    const entry = async (form) => act(one, book, 'earn', { ...form, on: today, voucher: await one.file() })
    await entry({ origin: 'own', amount: 1_860_000, into: 'bank', about: '厂房租金' })
    await entry({ origin: 'support', amount: 500_000, into: 'bank', about: '乡村振兴扶持资金' })
    await entry({ origin: 'own', amount: 32_000, into: 'cash', about: '废品变卖' })
    await act(one, book, 'spend', {
      amount: 210_000,
      out_of: 'bank',
      on: today,
      about: '路灯维修',
      voucher: await one.file(),
    })
    const rules = await raise(one, 'points_rule_book', place, { edition: '2026 年版', year: 1 })
    await act(one, rules, 'add_rule', { about: 'family', act: '帮邻居收粮', points: 50 })
    await act(one, rules, 'adopt', { on: today, present: 60, in_favour: 55, minutes: await one.file() })
    const rule = (await one.get('/v1/records?list=public&kind=points_rule&sort=new&limit=1')).items[0]
    for (const [what, price, count] of [
      ['洗衣液（2 公斤）', 30, 12],
      ['大米（5 公斤）', 60, 8],
      ['雨伞', 25, 3],
    ])
      await act(one, await raise(one, 'points_goods', place, { what, price }), 'supply', { count })
    const record = async () =>
      raise(one, 'points_event', place, {
        member: member.id,
        rule: rule.id,
        on: today,
        evidence: await one.file(),
      })
    return { deed: await record(), refused: await record(), book }
  })
  await hands(as, 'community', async (one) => {
    await act(one, deed, 'check')
    await act(one, refused, 'refuse', { reason: '照片看不出是哪一家' })
  })
  const campaign = await hands(as, 'leader', async (one) => {
    for (const firm of ['清河食品厂', '北辰纺织有限公司'])
      await raise(one, 'pairing_enterprise', top, { firm }).catch(() => {})
    const form = { what: '2026 年慈善一日捐', day: today, ordinal: 3, purpose: '资助困难学生和大病家庭' }
    const campaign = await raise(one, 'donation_campaign', leader.posts[0].area, form)
    await raise(one, 'donation', leader.posts[0].area, { campaign: campaign.id, amount: 20_000, anonymous: false })
    return campaign
  })
  const { relief, purse } = await hands(as, 'resident', async (one) => {
    await act(one, refused, 'appeal', { words: '照片里是赵大爷家的院子，邻居都可以作证' })
    const form = {
      household: one.who.person.id,
      district: 'east',
      members: 3,
      income: 2_400_000,
      medical_cost: 600_000,
      papers_seen: true,
    }
    const relief = await one.post('/v1/records', {
      kind: 'relief_application',
      category: 'minimum_allowance',
      place: { area: place },
      form,
    })
    const accounts = (await one.get('/v1/accounts')).items
    return { relief, purse: accounts.find((account) => account.name === 'purse').id }
  })
  return { deed: deed.id, refused: refused.id, book: book.id, campaign: campaign.id, relief: relief.id, purse }
}

export async function ledgerShots({ shoot, as, wanted }) {
  if (!['desk-books', 'desk-pairing', 'phone-accounts', 'phone-shop', 'phone-donation'].some(wanted)) return
  await prepare(as)
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
  ]) {
    await shoot(`desk-books${tag}`, {
      phone: false,
      login: 'secretary',
      path: '/desk/books',
      ...more,
      act: (page) => page.getByRole('button', { name: /^(银行存款|Bank)/ }).click(),
    })
    await shoot(`desk-pairing${tag}`, {
      phone: false,
      login: 'leader',
      path: '/desk/pairing',
      ...more,
      act: (page) => page.locator('.tile').first().click(),
    })
  }
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
    ['-elder', { elder: true }],
  ]) {
    await shoot(`phone-accounts${tag}`, { login: 'resident', path: '/accounts', ...more })
    await shoot(`phone-shop${tag}`, { login: 'resident', path: '/shop', ...more })
    await shoot(`phone-donation${tag}`, { path: '/donation', ...more })
  }
}
