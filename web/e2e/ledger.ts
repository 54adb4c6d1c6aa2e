// What the screens of the ledger need to have happened: posts that the demo does not give, and the acts of those who hold them.
import { expect } from '@playwright/test'
import { type Json, somebody, type Somebody } from './people'
import { picture } from './photo'

export const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

// Further posts for somebody of the demo, where their first one is, or at an area that is named.
export async function appoint(baseURL: string, who: Somebody, roles: string[], area?: string): Promise<void> {
  const admin = await somebody(baseURL, 'admin')
  const { org, area: own, from } = who.session.posts[0]
  for (const role of roles) {
    const held = (await admin.get(`/v1/posts?org=${org}`)).items as Json[]
    if (held.some((one) => one.person.id === who.session.person.id && one.post.role === role)) continue
    await admin.post('/v1/posts', { person: who.session.person.id, role, org, area: area ?? own, from }, 201)
  }
  await admin.end()
}
const act = (who: Somebody, record: Json, action: string, form: object = {}) =>
  who.post(`/v1/records/${record.id}/actions/${action}`, { form })
const create = (who: Somebody, kind: string, area: string, form: object, more: object = {}) =>
  who.post('/v1/records', { kind, place: { area }, form, ...more })

// A village with rules of its own, something on the shelf, and a villager who has earned the points for it.
export async function openShop(baseURL: string, what: string, villager: Somebody): Promise<void> {
  const [secretary, checker] = [await somebody(baseURL, 'secretary'), await somebody(baseURL, 'community')]
  await appoint(baseURL, secretary, ['assembly_chair', 'points_recorder', 'shop_keeper'])
  await appoint(baseURL, checker, ['points_checker'])
  const area = secretary.session.posts[0].area
  const book = await create(secretary, 'points_rule_book', area, { edition: `${what}版`, year: 1 })
  await act(secretary, book, 'add_rule', { about: 'family', act: '帮邻居收粮', points: 30 })
  const minutes = [await secretary.file(picture)]
  await act(secretary, book, 'adopt', { on: today(), present: 60, in_favour: 55, minutes })
  const rule = (await secretary.get('/v1/records?list=public&kind=points_rule&sort=new&limit=1')).items[0]
  const member = await create(villager, 'points_member', area, { of_age: true })
  const evidence = [await secretary.file(picture)]
  const form = { member: member.id, rule: rule.id, on: today(), evidence }
  const deed = await create(secretary, 'points_event', area, form)
  await act(checker, deed, 'check')
  const goods = await create(secretary, 'points_goods', area, { what, price: 20 })
  await act(secretary, goods, 'supply', { count: 1 })
  await secretary.end()
  await checker.end()
}

// A village's book of the year with money in the bank and in cash.
export async function openBook(baseURL: string, what: string): Promise<Json> {
  const secretary = await somebody(baseURL, 'secretary')
  await appoint(baseURL, secretary, ['village_accountant', 'income_officer'])
  const village = secretary.session.posts[0].area
  const year = Number(today().slice(0, 4))
  const book = await create(secretary, 'village_book', village, { what, village, year, target: 100_000 })
  for (const into of ['bank', 'cash']) {
    const voucher = [await secretary.file(picture)]
    await act(secretary, book, 'earn', {
      origin: 'own',
      amount: 500_000,
      into,
      on: today(),
      about: '出租厂房',
      voucher,
    })
  }
  await secretary.end()
  return book
}

export async function openCampaign(baseURL: string, what: string): Promise<Json> {
  const dispatcher = await somebody(baseURL, 'dispatch')
  await appoint(baseURL, dispatcher, ['charity_officer'])
  const form = { what, day: today(), ordinal: 3, purpose: '资助困难学生' }
  const made = await create(dispatcher, 'donation_campaign', dispatcher.session.posts[0].area, form)
  await dispatcher.end()
  return made
}
export async function give(giver: Somebody, campaign: Json, amount: number): Promise<void> {
  const area = campaign.areas[campaign.areas.length - 1].id
  expect((await create(giver, 'donation', area, { campaign: campaign.id, amount, anonymous: true })).state).toBe(
    'given',
  )
}

export async function pairEnterprise(baseURL: string, firm: string): Promise<Json> {
  const leader = await somebody(baseURL, 'leader')
  const top = (await leader.get('/v1/areas')).items[0].id as string
  await appoint(baseURL, leader, ['pairing_officer'], top)
  const made = await create(leader, 'pairing_enterprise', top, { firm })
  await leader.end()
  return made
}
