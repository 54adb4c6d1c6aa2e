// What the screens of duties need to have happened: a staff with shifts, a plan of patrols, an emergency that calls people up.
import { type Json, somebody, type Somebody, words } from './people'

export const act = (who: Somebody, record: Json, action: string, form: object = {}) =>
  who.post(`/v1/records/${record.id}/actions/${action}`, { form })
const create = (who: Somebody, kind: string, area: string, form: object = {}) =>
  who.post('/v1/records', { kind, place: { area }, form })
const hour = 3_600_000
// A full hour so many hours from now.
export const inHours = (hours: number) => new Date(Math.ceil(Date.now() / hour) * hour + hours * hour).toISOString()

// The community's staff, in which people work whose logins are named: no plan, so that slots are what a test opens.
export async function openStaff(baseURL: string, ...logins: string[]) {
  const secretary = await somebody(baseURL, 'secretary')
  const staff = await create(secretary, 'staff_footing', secretary.session.posts[0].area)
  for (const login of logins) {
    const one = await somebody(baseURL, login)
    await act(secretary, staff, 'add_worker', { person: one.session.person.id })
    await one.end()
  }
  const slot = async (from: number, until: number, need: number): Promise<Json> =>
    secretary.post(
      `/v1/records/${staff.id}/slots`,
      { post: 'shift', starts: inHours(from), ends: inHours(until), need },
      201,
    )
  return { secretary, staff, slot }
}

// A captain's plan; `login` is one of its wardens.
export async function openPatrols(baseURL: string, login: string, name = words('护河巡查')) {
  const captain = await somebody(baseURL, 'chief')
  const warden = await somebody(baseURL, login)
  const street = captain.session.posts.find((post: Json) => post.role === 'warden_captain').area
  const plan = await create(captain, 'patrol_plan', street, { name })
  await act(captain, plan, 'add_warden', { person: warden.session.person.id })
  return { captain, warden, plan, name }
}

export async function setOut(baseURL: string, warden: Somebody, plan: Json, water = 'river'): Promise<Json> {
  await act(warden, plan, 'set_out', { water })
  const open = (await warden.get('/v1/records?list=todo&kind=patrol&open=true&limit=100')).items as Json[]
  return open.sort((a, b) => (a.id < b.id ? 1 : -1))[0]
}
