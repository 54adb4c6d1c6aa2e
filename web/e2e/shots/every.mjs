// Every page of both apps, both widths, both languages, the portal also in elder mode: for looking at, not for docs/screens.
// node e2e/shots/every.mjs [FOLDER] [PART-OF-NAME]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { camera, url } from './camera.mjs'
import { prepare } from './ledger.mjs'

const folder = process.argv[2] ?? 'e2e/out/every'
const taken = await camera(folder, process.argv[3] ?? '')
const { shoot, as } = taken
const first = (words) => (page) => page.getByRole('link', { name: words }).first().click()

// Made once, so that a part can be taken again.
const note = `${folder}/made.json`
const made = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : await prepare(as)
writeFileSync(note, JSON.stringify(made))
const task = await as(
  'grid',
  async (request) => (await (await request.get(`${url}/v1/records?list=todo&sort=due`)).json()).items[0],
)
const matter = await as(
  'dispatch',
  async (request) => (await (await request.get(`${url}/v1/records?list=area&kind=issue`)).json()).items[0],
)
const resident = [
  ['home', '/'],
  ['report', '/report'],
  ['mine', '/mine'],
  ['near', '/near'],
  ['me', '/me'],
  ['accounts', '/accounts'],
  ['statement', `/accounts/${made.purse}`],
  ['shop', '/shop'],
  ['donation', '/donation'],
  ['join', '/report?kind=points_member'],
  ['give', '/report?kind=donation'],
  ['relief', '/report?kind=relief_application'],
  ['deed', `/m/${made.deed}`],
  ['deed-refused', `/m/${made.refused}`],
  ['relief-matter', `/m/${made.relief}`],
  ['lost', '/nowhere'],
]
const worker = [
  ['today', '/w'],
  ['task', `/w/task/${task.id}`],
  ['log', '/w/log'],
  ['outbox', '/w/outbox'],
  ['duties', '/duties'],
  ['duty-settings', '/duties/mine'],
]
const desk = [
  ['queue', 'dispatch', '/desk/'],
  ['record', 'dispatch', `/desk/r/${matter.id}`],
  ['relief', 'community', `/desk/r/${made.relief}`],
  ['deed', 'secretary', `/desk/r/${made.deed}`],
  ['appeal', 'secretary', `/desk/r/${made.refused}`],
  ['book', 'secretary', `/desk/r/${made.book}`],
  ['campaign', 'leader', `/desk/r/${made.campaign}`],
  ['new', 'dispatch', '/desk/new'],
  ['board', 'leader', '/desk/board'],
  ['callup', 'secretary', '/desk/callup'],
  ['patrols', 'chief', '/desk/patrols'],
  ['links', 'secretary', '/desk/links'],
  ['books', 'secretary', '/desk/books'],
  ['pairing', 'leader', '/desk/pairing'],
  ['codes', 'admin', '/desk/codes'],
  ['messages', 'dispatch', '/desk/messages'],
  ['organisation', 'admin', '/desk/organisation'],
  ['grids', 'admin', '/desk/grids'],
  ['calendars', 'admin', '/desk/calendars'],
  ['imports', 'admin', '/desk/imports'],
  ['packs', 'admin', '/desk/packs'],
  ['tokens', 'admin', '/desk/tokens'],
  ['outgoing', 'admin', '/desk/outgoing'],
  ['audit', 'admin', '/desk/audit'],
  ['access', 'admin', '/desk/access'],
  ['staffing', 'admin', '/desk/staffing'],
  ['health', 'admin', '/desk/health'],
  ['me', 'dispatch', '/desk/me'],
]
for (const phone of [true, false])
  for (const [tag, more] of [
    ['zh', {}],
    ['en', { language: 'en' }],
    ['elder', { elder: true }],
  ]) {
    const name = (page) => `${page}-${phone ? 'phone' : 'wide'}-${tag}`
    for (const [page, path] of resident)
      await shoot(name(`portal-${page}`), { phone, login: 'resident', path, ...more })
    for (const [page, path] of worker) await shoot(name(`portal-${page}`), { phone, login: 'grid', path, ...more })
    await shoot(name('portal-check-in'), {
      phone,
      login: 'part',
      path: '/duties',
      ...more,
      act: first(/^打卡$|^Check in$/),
    })
    await shoot(name('portal-sign-in'), { phone, path: '/sign-in', ...more })
    if (tag === 'elder') continue
    for (const [page, login, path] of desk) await shoot(name(`desk-${page}`), { phone, login, path, ...more })
    await shoot(name('desk-sign-in'), { phone, path: '/desk/sign-in', ...more })
  }
await taken.close()
