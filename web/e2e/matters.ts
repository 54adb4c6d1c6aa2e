// Matters and acts that a test makes for itself, as the people of the demo would over HTTP: nothing here waits for a page.
import { type APIRequestContext, expect, type Page, type PlaywrightWorkerArgs } from '@playwright/test'
import { password } from './people'

export interface Matter {
  id: string
  number: string
  title: string
}
let made = 0
// Words that no other test and no demo uses, so that a search finds these matters alone.
export const unique = (): string => `证${Date.now().toString(36)}${(made += 1)}`

export class Hand {
  private constructor(
    readonly request: APIRequestContext,
    readonly session: { csrf: string; person: { name: string }; posts: { area: string; org: string }[] },
  ) {}

  // Somebody else at another machine.
  static async of(playwright: PlaywrightWorkerArgs['playwright'], baseURL: string, login: string): Promise<Hand> {
    const request = await playwright.request.newContext({ baseURL, locale: 'zh-CN' } as { baseURL: string })
    const answer = await request.post('/v1/session', { data: { login, password } })
    expect(answer.status()).toBe(200)
    return new Hand(request, await answer.json())
  }
  // The one who is signed in on this page.
  static async on(page: Page): Promise<Hand> {
    return new Hand(page.request, await (await page.request.get('/v1/session')).json())
  }

  get csrf(): string {
    return this.session.csrf
  }
  private headers(): Record<string, string> {
    return { 'X-CSRF-Token': this.session.csrf, 'Idempotency-Key': crypto.randomUUID(), 'Accept-Language': 'zh-CN' }
  }
  async get<T>(path: string): Promise<T> {
    const answer = await this.request.get(path)
    expect(answer.status(), path).toBe(200)
    return (await answer.json()) as T
  }
  async post<T>(path: string, data: unknown, status = 200): Promise<T> {
    const answer = await this.request.post(path, { headers: this.headers(), data: data as object })
    expect(answer.status(), `${path} ${await answer.text()}`).toBe(status)
    return (await answer.json().catch(() => null)) as T
  }
  // By default where the own post stands, so that it waits at the own desk.
  async raise(description: string, { area = this.session.posts[0]!.area, category = 'road' } = {}): Promise<Matter> {
    return this.post<Matter>('/v1/records', { kind: 'issue', category, place: { area }, form: { description } }, 201)
  }
  async act(id: string, action: string, form: Record<string, unknown> = {}): Promise<Matter> {
    return this.post<Matter>(`/v1/records/${id}/actions/${action}`, { form })
  }
}
