// Who signs in during tests. `tongxin demo --seed 7` makes them; the stub knows the same.
import { expect, type APIRequestContext, type Page, request } from '@playwright/test'

export const password = process.env.TONGXIN_DEMO_PASSWORD ?? 'qinghe-demo'
export const dispatcher = process.env.TONGXIN_DEMO_DISPATCHER ?? 'dispatch'
export const worker = process.env.TONGXIN_DEMO_WORKER ?? 'grid'
// A phone that no other test signs in with: a code is sent once a minute at most.
let phones = Date.now() % 90_000_000
export const newPhone = () => `139${String((phones += 1)).padStart(8, '0')}`

export async function signInDesk(page: Page, login = dispatcher): Promise<void> {
  await page.goto('/desk/sign-in')
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page).toHaveURL(/\/desk\/(\?.*)?$/)
}

// The same without the form, where signing in is not what a test is about.
export async function atDesk(page: Page, login = dispatcher, path = '/desk/'): Promise<void> {
  expect((await page.request.post('/v1/session', { data: { login, password } })).status()).toBe(200)
  await page.addInitScript(() => localStorage.setItem('tongxin.signed-in', '1'))
  await page.goto(path)
  await expect(page.locator('main h1')).toBeAttached()
}

export async function signInWorker(page: Page, login = worker): Promise<void> {
  await page.goto('/sign-in?staff')
  await page.locator('#login').fill(login)
  await page.locator('#password').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/w$/)
}

// On the sign-in page, by a phone and the code that a demonstration tells on the page.
export async function signInByPhone(page: Page, phone = newPhone()): Promise<void> {
  await page.locator('#phone').fill(phone)
  await page.getByRole('button', { name: '发送验证码' }).click()
  const told = await page.getByRole('status').filter({ hasText: /\d{6}/ }).textContent()
  await page.locator('#code').fill(/验证码是 (\d{6})/.exec(told ?? '')![1]!)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).not.toHaveURL(/sign-in/)
}

export async function signInResident(page: Page): Promise<void> {
  await page.goto('/sign-in')
  await signInByPhone(page)
}

// Signs the page's browser in without the sign-in page, which is tried elsewhere.
export async function enter(page: Page, login: string): Promise<void> {
  const reply = await page.request.post('/v1/session', { data: { login, password } })
  expect(reply.status()).toBe(200)
  await page.context().addInitScript(() => localStorage.setItem('tongxin.signed-in', '1'))
}

// Somebody else, at another device, who acts while the page under test is looked at.
export interface Somebody {
  get: (path: string) => Promise<Json>
  post: (path: string, data: unknown, status?: number) => Promise<Json>
  file: (one: { name: string; mimeType: string; buffer: Buffer }) => Promise<string>
  end: () => Promise<void>
  session: Json
}
// What /v1 answers; tests look into it freely.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any

export async function somebody(baseURL: string, login: string | null): Promise<Somebody> {
  const context: APIRequestContext = await request.newContext({ baseURL })
  let session: Json = null
  if (login) {
    const reply = await context.post('/v1/session', { data: { login, password } })
    expect(reply.status(), `${login} signs in`).toBe(200)
    session = await reply.json()
  }
  return {
    session,
    async get(path) {
      const reply = await context.get(path)
      expect(reply.ok(), `${path}: ${reply.status()}`).toBe(true)
      return reply.json()
    },
    async post(path, data, status) {
      const reply = await context.post(path, { data, headers: session ? { 'X-CSRF-Token': session.csrf } : {} })
      const wanted = status ?? (path === '/v1/records' ? 201 : 200)
      expect(reply.status(), `${path}: ${await reply.text()}`).toBe(wanted)
      return reply.status() === 204 ? null : reply.json()
    },
    async file(one) {
      const headers: Record<string, string> = session ? { 'X-CSRF-Token': session.csrf } : {}
      const reply = await context.post('/v1/files', { headers, multipart: { file: one } })
      expect(reply.status(), await reply.text()).toBe(201)
      return (await reply.json()).id
    },
    end: () => context.dispose(),
  }
}

export const here = { lon: 117.2281, lat: 39.1265 }

// A matter with words of its own, so that a test meets none but its own.
export function report(words: string, more: object = {}): object {
  return { kind: 'issue', category: 'garbage', place: here, form: { description: words }, ...more }
}
let made = 0
export const words = (what: string) => `${what} ${Date.now().toString(36)}${(made += 1)}`

// An action of a matter on the phone: its button opens a form whose button has the same name. `fill` is done in between; what is
// pressed is always the button of the form, never the one that opened it.
export async function perform(page: Page, name: string, fill: () => Promise<unknown> = async () => {}): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 3, name, exact: true })).toBeVisible()
  await fill()
  await pressAct(page, name)
}
export async function pressAct(page: Page, name: string): Promise<void> {
  await page
    .locator('form', { has: page.locator('h3') })
    .getByRole('button', { name, exact: true })
    .click()
}
