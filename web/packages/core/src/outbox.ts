// The outbox: every change is stored here, photos included, before it is sent (5.9 of the design). It goes out with its id
// as Idempotency-Key, so that sending it twice changes nothing. One sender at a time across tabs and service worker; kept
// on network fault; set aside as needs_you when the server refuses, with the server's reason. Used by pages and by the
// service worker, therefore without a document.
import { database, type OutboxItem, remember } from './db'
import { newId } from './id'
import { Refusal, refusalOf } from './problem'

export interface Draft {
  title: string
  path: string // where it is posted
  body: Record<string, unknown>
  photos?: { blob: Blob; name: string; into: string[] }[]
  followCode?: string | null
  owner: string | null // the id of the person who is signed in, null for nobody
  about?: OutboxItem['about']
}

const channelName = 'tongxin-outbox'
const week = 7 * 86_400_000
const lease = 120_000

let channel: BroadcastChannel | null = null
const listeners = new Set<() => void>()

function announce(): void {
  for (const listener of listeners) listener()
  openChannel()?.postMessage('changed')
}

function openChannel(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel !== 'function') return channel
  channel = new BroadcastChannel(channelName)
  channel.onmessage = () => {
    for (const listener of listeners) listener()
  }
  return channel
}

export function onOutboxChange(listener: () => void): () => void {
  listeners.add(listener)
  openChannel()
  return () => listeners.delete(listener)
}

export async function outboxItems(): Promise<OutboxItem[]> {
  const items = await (await database()).getAll('outbox')
  return items.sort((a, b) => b.at - a.at)
}

export async function waitingCount(): Promise<number> {
  return (await outboxItems()).filter((item) => item.state !== 'sent').length
}

// Stored when the promise is fulfilled; sending is another matter (sendOutbox).
export async function put(draft: Draft, now = Date.now()): Promise<OutboxItem> {
  const db = await database()
  const photos = (draft.photos ?? []).map((photo) => ({ ...photo, id: newId() }))
  const item: OutboxItem = {
    id: newId(),
    at: now,
    state: 'waiting',
    title: draft.title,
    path: draft.path,
    body: JSON.parse(JSON.stringify(draft.body)) as Record<string, unknown>,
    files: photos.map((photo) => ({ blob: photo.id, into: photo.into, name: photo.name, fileId: null })),
    followCode: draft.followCode ?? null,
    owner: draft.owner,
    about: draft.about ?? null,
    attempts: 0,
    lastTried: null,
    refusal: null,
    answer: null,
  }
  const tx = db.transaction(['outbox', 'blobs'], 'readwrite')
  for (const photo of photos) await tx.objectStore('blobs').put({ id: photo.id, blob: photo.blob, name: photo.name })
  await tx.objectStore('outbox').put(item)
  await tx.done
  announce()
  return item
}

export async function discard(id: string): Promise<void> {
  const db = await database()
  const item = await db.get('outbox', id)
  if (!item || item.state === 'sending') return
  const tx = db.transaction(['outbox', 'blobs'], 'readwrite')
  for (const file of item.files) await tx.objectStore('blobs').delete(file.blob)
  await tx.objectStore('outbox').delete(id)
  await tx.done
  announce()
}

// Somebody looked at what needed them and wants it sent again: as it is, or upon the version that they have seen now.
export async function retry(id: string, version?: number): Promise<void> {
  const db = await database()
  const item = await db.get('outbox', id)
  if (!item || item.state !== 'needs_you') return
  const body = version === undefined ? item.body : { ...item.body, version }
  await db.put('outbox', { ...item, body, state: 'waiting', refusal: null })
  announce()
}

export interface Sender {
  // Who is signed in now, and the token that proves the page; null: nobody. Rejects when no server answers.
  who: () => Promise<{ person: string; csrf: string } | null>
  language: () => string
  fetch?: typeof fetch
  now?: () => number
}

// Sends what waits, oldest first. False when another tab is at it.
export async function sendOutbox(sender: Sender): Promise<boolean> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
  if (typeof locks?.request === 'function')
    return locks.request(channelName, { ifAvailable: true }, async (lock) => {
      if (!lock) return false
      await sendAll(sender)
      return true
    })
  return withLease(sender)
}

// Browsers without Web Locks, and pages without https: a row that says who sends and until when.
async function withLease(sender: Sender): Promise<boolean> {
  const me = newId()
  const db = await database()
  const tx = db.transaction('kept', 'readwrite')
  const held = await tx.store.get('outbox-lease')
  if (held && held.at > Date.now()) {
    await tx.done
    return false
  }
  await tx.store.put({ key: 'outbox-lease', value: me, at: Date.now() + lease })
  await tx.done
  try {
    await sendAll(sender)
  } finally {
    await db.delete('kept', 'outbox-lease')
  }
  return true
}

async function sendAll(sender: Sender): Promise<void> {
  const db = await database()
  const now = sender.now ?? Date.now
  const all = (await db.getAll('outbox')).sort((a, b) => a.at - b.at)
  for (const item of all) {
    if (item.state === 'sent' && item.at < now() - week) await db.delete('outbox', item.id)
    // A tab that died while sending leaves `sending`; whoever holds the lock may take it up again.
    if (item.state !== 'waiting' && item.state !== 'sending') continue
    let who: Awaited<ReturnType<Sender['who']>> = null
    if (item.owner !== null)
      try {
        who = await sender.who()
      } catch {
        // Nobody answers. The page that waits for this item is told that it was tried, instead of waiting for its patience to end.
        await db.put('outbox', { ...item, state: 'waiting', attempts: item.attempts + 1, lastTried: now() })
        announce()
        return
      }
    // On a shared phone nothing goes out in another's name: it waits until its owner has signed in again.
    if (item.owner !== null && who?.person !== item.owner) {
      await db.put('outbox', { ...item, state: 'waiting', refusal: signInAgain })
      announce()
      continue
    }
    if (!(await sendOne(item, sender, who?.csrf ?? null))) break
  }
}

const signInAgain = { status: 401, code: 'unauthorized', detail: '', faults: [] }

// False when nobody answers: then the rest can wait too.
async function sendOne(item: OutboxItem, sender: Sender, csrf: string | null): Promise<boolean> {
  const db = await database()
  const save = async (change: Partial<OutboxItem>) => {
    Object.assign(item, change)
    await db.put('outbox', item)
    announce()
  }
  await save({ state: 'sending', attempts: item.attempts + 1, lastTried: (sender.now ?? Date.now)() })
  try {
    await sendFiles(item, sender, csrf, save)
    const response = await post(item.path, JSON.stringify(withFileIds(item)), item.id, item, sender, csrf, {
      'Content-Type': 'application/json',
      // Of an act nobody waits for the page: on a slow line it is most of the answer.
      ...(item.about && { Prefer: 'return=minimal' }),
    })
    // 204 says that it is done, and nothing else.
    const said = response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>)
    await settle(item, said, save)
    return true
  } catch (fault) {
    if (fault instanceof Refusal && !fault.passing && fault.status !== 401) {
      const { status, code, detail, faults, current } = fault
      await save({ state: 'needs_you', refusal: { status, code, detail, faults, current } })
      return true
    }
    const expired = fault instanceof Refusal && fault.status === 401
    await save({ state: 'waiting', refusal: expired ? signInAgain : null })
    return false
  }
}

async function sendFiles(
  item: OutboxItem,
  sender: Sender,
  csrf: string | null,
  save: (change: Partial<OutboxItem>) => Promise<void>,
) {
  const db = await database()
  for (const [index, file] of item.files.entries()) {
    if (file.fileId) continue
    const stored = await db.get('blobs', file.blob)
    if (!stored) continue
    const form = new FormData()
    form.append('file', stored.blob, file.name)
    const response = await post('/v1/files', form, `${item.id}-${index}`, item, sender, csrf)
    file.fileId = ((await response.json()) as { id: string }).id
    await save({ files: item.files })
  }
}

function withFileIds(item: OutboxItem): Record<string, unknown> {
  const body = JSON.parse(JSON.stringify(item.body)) as Record<string, unknown>
  for (const file of item.files) {
    if (!file.fileId) continue
    let node = body
    for (const step of file.into.slice(0, -1)) node = (node[step] ??= {}) as Record<string, unknown>
    const last = file.into[file.into.length - 1]!
    node[last] = [...((node[last] as string[] | undefined) ?? []), file.fileId]
  }
  return body
}

async function post(
  path: string,
  body: BodyInit,
  key: string,
  item: OutboxItem,
  sender: Sender,
  csrf: string | null, // null: as nobody, whoever may be signed in meanwhile
  more: Record<string, string> = {},
): Promise<Response> {
  const response = await (sender.fetch ?? fetch)(path, {
    method: 'POST',
    credentials: csrf === null ? 'omit' : 'same-origin',
    headers: {
      'Idempotency-Key': key,
      'Accept-Language': sender.language(),
      ...(csrf ? { 'X-CSRF-Token': csrf } : {}),
      ...(item.followCode ? { 'X-Follow-Code': item.followCode } : {}),
      ...more,
    },
    body,
  })
  if (!response.ok) throw await refusalOf(response)
  return response
}

async function settle(
  item: OutboxItem,
  record: Record<string, unknown>,
  save: (change: Partial<OutboxItem>) => Promise<void>,
) {
  const text = (name: string) => (typeof record[name] === 'string' ? (record[name] as string) : null)
  const followCode = text('follow_code')
  const answer = {
    id: text('id') ?? item.about?.record ?? '',
    number: text('number') ?? item.about?.number ?? '',
    expected: text('expected'),
    followCode,
    kind: text('kind') ?? item.about?.kind ?? '',
  }
  if (followCode)
    await remember({
      code: followCode,
      id: answer.id,
      number: answer.number,
      kind: answer.kind,
      title: text('title') || item.title,
      at: item.at,
    })
  const db = await database()
  for (const file of item.files) await db.delete('blobs', file.blob)
  // What was typed is with the server now and need not stay on the phone.
  await save({ state: 'sent', answer, refusal: null, body: {}, files: [] })
}

// Waits until the item is sent, set aside, or known to be unreachable.
export async function settled(id: string, patience: number): Promise<OutboxItem | null> {
  const db = await database()
  return new Promise((resolve) => {
    let over = false
    const finish = (item: OutboxItem | null) => {
      if (over) return
      over = true
      stop()
      clearTimeout(timer)
      resolve(item)
    }
    const look = async () => {
      const item = (await db.get('outbox', id)) ?? null
      if (
        !item ||
        item.state === 'sent' ||
        item.state === 'needs_you' ||
        (item.state === 'waiting' && item.attempts > 0)
      )
        finish(item)
    }
    const stop = onOutboxChange(() => void look())
    const timer = setTimeout(() => void db.get('outbox', id).then((item) => finish(item ?? null)), patience)
    void look()
  })
}
