// The typed client of /v1. `answer` turns whatever comes back into a value, a Refusal or Unreachable.
import createClient, { type Middleware } from 'openapi-fetch'
import { language } from './language'
import { Refusal, refusalOf, Unreachable } from './problem'
import type { components, paths } from './schema'

export type Shape = components['schemas']
export type RecordRow = Shape['RecordRow']
export type RecordView = Shape['RecordView']
export type KindView = Shape['KindView']
export type KindCard = Shape['KindCard']
export type FieldView = Shape['FieldView']
export type ActionView = Shape['ActionView']
export type AreaView = Shape['AreaView']
export type AreaRef = Shape['AreaRef']
export type OrgView = Shape['OrgView']
export type PostView = Shape['PostView']
export type SessionView = Shape['SessionView']
export type EventView = Shape['EventView']
export type FileView = Shape['FileView']
export type RealmView = Shape['RealmView']
export type Figures = Shape['Figures']
export type CodeView = Shape['CodeView']
export type MessageView = Shape['MessageView']

// What every request carries; the session store keeps csrf current.
export const carried = { csrf: '', onExpired: () => {} }

const carry: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language.value)
    if (request.method !== 'GET' && carried.csrf) request.headers.set('X-CSRF-Token', carried.csrf)
    return request
  },
}

// fetch is looked up at every call, so that tests and the page's own wrappers are seen.
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? 'http://localhost' : location.origin,
  credentials: 'same-origin',
  fetch: (request) => fetch(request),
})
api.use(carry)

interface Called<T> {
  data?: T
  error?: unknown
  response: Response
}

export async function answer<T>(call: Promise<Called<T>>): Promise<T> {
  let called: Called<T>
  try {
    called = await call
  } catch (fault) {
    throw new Unreachable(String(fault))
  }
  const { response } = called
  if (response.ok) return called.data as T
  if (response.status === 401) carried.onExpired()
  if (called.error && typeof called.error === 'object') {
    const retry = Number(response.headers.get('retry-after'))
    throw new Refusal(response.status, called.error, retry > 0 ? retry : null)
  }
  throw await refusalOf(response)
}

export function fileUrl(id: string, size: 'thumb' | 'view' | 'original' = 'thumb'): string {
  return `/v1/files/${id}?size=${size}`
}
