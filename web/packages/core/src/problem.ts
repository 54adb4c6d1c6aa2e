// Refusals: what the server's problem+json says, and the sentence a person reads (5.5 of the design).
import type { components } from './schema'

export type Problem = components['schemas']['Problem']
export interface FieldFault {
  at: string
  code: string
  detail: string
}

// What the record became meanwhile, beside a 409: its version and state, and who did what last.
export interface Current {
  version: number
  state: string
  last?: {
    at: string
    label: { zh: string; en: string }
    actor?: { name: string } | null
    actor_role?: { zh: string; en: string } | null
  }
}

// The server answered, and the answer was no.
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults: FieldFault[]
  readonly requestId: string
  readonly retryAfter: number | null
  readonly current: Current | null

  constructor(
    status: number,
    problem: (Partial<Problem> & { current?: Current }) | null,
    retryAfter: number | null = null,
  ) {
    super(problem?.detail || problem?.title || `HTTP ${status}`)
    this.status = status
    this.code = problem?.code ?? ''
    this.detail = problem?.detail ?? ''
    this.faults = (problem?.errors ?? []).map(({ at = '', code = '', detail = '' }) => ({ at, code, detail }))
    this.requestId = problem?.request_id ?? ''
    this.retryAfter = retryAfter
    this.current = problem?.current ?? null
  }

  // Whether sending the same again later can succeed.
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408
  }
}

// Nobody answered: no network, or the server did not speak in time.
export class Unreachable extends Error {}

export async function refusalOf(response: Response): Promise<Refusal> {
  let problem: Partial<Problem> | null = null
  try {
    problem = (await response.clone().json()) as Partial<Problem>
  } catch {
    // an answer without a body, or a gateway's page
  }
  const retry = Number(response.headers.get('retry-after'))
  return new Refusal(response.status, problem, Number.isFinite(retry) && retry > 0 ? retry : null)
}

export interface Sentence {
  key: string
  named: Record<string, string | number>
  detail: string // the server's own sentence, when it is the better one
}

// The key of the sentence for a fault; the words are in words/*.ts under `fault`.
export function sentenceOf(fault: unknown, side: 'phone' | 'desk' | 'read', communityPhone = ''): Sentence {
  const sentence = (key: string, named: Record<string, string | number> = {}, detail = ''): Sentence => ({
    key: `fault.${key}`,
    named,
    detail,
  })
  if (fault instanceof Unreachable) {
    const offline = typeof navigator !== 'undefined' && navigator.onLine === false
    return sentence(offline ? `offline_${side}` : `slow_${side}`)
  }
  if (!(fault instanceof Refusal)) return sentence('unknown')
  if (fault.status === 401) return sentence(fault.code === 'wrong_credentials' ? 'credentials' : 'expired', {}, '')
  if (fault.status === 403) return sentence('forbidden', { phone: communityPhone || '12345' }, fault.detail)
  if (fault.status === 404 || fault.status === 410) return sentence('not_found')
  if (fault.status === 409) return sentence('conflict', {}, fault.detail)
  if (fault.status === 413) return sentence('too_large')
  if (fault.status === 422 || fault.status === 400) return sentence('invalid', {}, fault.detail)
  if (fault.status === 429) return sentence('too_many', { seconds: fault.retryAfter ?? 30 })
  return sentence(`slow_${side}`)
}

// The server's sentences by field: "/form/description" belongs to `description`, "/place/area" to `place`.
export function faultsByField(fault: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  if (!(fault instanceof Refusal)) return found
  for (const { at, detail } of fault.faults) {
    const parts = at.split('/').filter(Boolean)
    const name = parts[0] === 'form' ? parts[1] : parts[0]
    if (name && !(name in found)) found[name] = detail
  }
  return found
}
