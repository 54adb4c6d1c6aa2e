// What the phone keeps: the outbox with its photos, the follow codes of reports sent without an account, a few lists for
// when there is no network.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Current, FieldFault } from './problem'

export type OutboxState = 'waiting' | 'sending' | 'sent' | 'needs_you'

export interface OutboxItem {
  id: string // also the Idempotency-Key
  at: number
  state: OutboxState
  title: string // what the person calls it
  path: string
  body: Record<string, unknown>
  files: { blob: string; into: string[]; name: string; fileId: string | null }[] // into: where the file's id goes in body
  followCode: string | null
  owner: string | null // the person who was signed in; null: sent as nobody
  about: { record: string; number?: string; kind: string; action: string } | null // what an action is taken on
  attempts: number
  lastTried: number | null
  refusal: { status: number; code: string; detail: string; faults: FieldFault[]; current?: Current | null } | null
  answer: { id: string; number: string; expected: string | null; followCode: string | null; kind: string } | null
}

export interface Known {
  code: string // follow code
  id: string
  number: string
  kind: string
  title: string
  at: number
}

interface Tables extends DBSchema {
  outbox: { key: string; value: OutboxItem }
  blobs: { key: string; value: { id: string; blob: Blob; name: string } }
  known: { key: string; value: Known }
  kept: { key: string; value: { key: string; value: unknown; at: number } }
}

export type Database = IDBPDatabase<Tables>

let opened: Promise<Database> | null = null

export function database(): Promise<Database> {
  opened ??= openDB<Tables>('tongxin', 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'id' })
      db.createObjectStore('blobs', { keyPath: 'id' })
      db.createObjectStore('known', { keyPath: 'code' })
      db.createObjectStore('kept', { keyPath: 'key' })
    },
    terminated() {
      opened = null
    },
  })
  return opened
}

export async function closeDatabase(): Promise<void> {
  if (opened) (await opened).close()
  opened = null
}

export async function keep(key: string, value: unknown): Promise<void> {
  try {
    await (await database()).put('kept', { key, value, at: Date.now() })
  } catch {
    // without storage the page works as long as there is a network
  }
}

export async function kept<T>(key: string): Promise<{ value: T; at: number } | null> {
  try {
    const found = await (await database()).get('kept', key)
    return found ? { value: found.value as T, at: found.at } : null
  } catch {
    return null
  }
}

// What the phone shows without a network belongs to whoever was signed in; at sign-out it goes. With `all` also the follow
// codes, my building and what was typed and not sent in the report; the outbox is the person's to empty.
export async function forgetPhone(all = false): Promise<void> {
  try {
    const db = await database()
    const mine = /^(matter|mine|today|day|draft-photos|duties|roster|track):|^session$/
    for (const key of await db.getAllKeys('kept'))
      if (mine.test(key) || (all && key === 'my-building')) await db.delete('kept', key)
    if (!all) return
    await db.clear('known')
    for (const name of Object.keys(localStorage)) if (name.startsWith('tongxin.draft.')) localStorage.removeItem(name)
  } catch {
    // nothing was kept
  }
}

export async function remember(known: Known): Promise<void> {
  await (await database()).put('known', known)
}

export async function knownMatters(): Promise<Known[]> {
  try {
    return (await (await database()).getAll('known')).sort((a, b) => b.at - a.at)
  } catch {
    return []
  }
}
