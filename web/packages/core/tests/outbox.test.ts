// @vitest-environment node
import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { closeDatabase, database, knownMatters } from '../src/db'
import { discard, outboxItems, put, retry, sendOutbox, type Sender } from '../src/outbox'

interface Sent {
  path: string
  key: string
  body: unknown
  headers: Record<string, string>
}

function server(answers: (sent: Sent) => Response | Promise<Response>) {
  const sent: Sent[] = []
  const sender: Sender = {
    who: () => Promise.resolve({ person: 'P1', csrf: 'token' }),
    language: () => 'zh-CN',
    fetch: async (input, init) => {
      const headers = init!.headers as Record<string, string>
      const body = typeof init!.body === 'string' ? JSON.parse(init!.body) : init!.body
      const one = { path: String(input), key: headers['Idempotency-Key']!, body, headers }
      sent.push(one)
      return answers(one)
    },
  }
  return { sent, sender }
}
const json = (body: unknown, status = 201) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
const accepted = () => json({ id: 'R1', number: 'TX-1', kind: 'issue', title: '垃圾', expected: '城管科 18:00 前处理' })
const report = {
  title: '垃圾',
  path: '/v1/records',
  body: { kind: 'issue', form: { description: '垃圾' } },
  owner: null as string | null,
}
const down = () => Promise.reject(new TypeError('no network'))

beforeEach(async () => {
  const db = await database()
  for (const name of ['outbox', 'blobs', 'known', 'kept'] as const) await db.clear(name)
})

test('what was put is stored before anything is sent, and survives a closed tab', async () => {
  const item = await put(report)
  await closeDatabase()
  expect((await outboxItems()).map((one) => [one.id, one.state])).toEqual([[item.id, 'waiting']])
})

test('without a network it stays waiting, and goes out later under the same key', async () => {
  const item = await put(report)
  const first = server(down)
  await sendOutbox(first.sender)
  expect((await outboxItems())[0]?.state).toBe('waiting')
  const second = server(accepted)
  await sendOutbox(second.sender)
  expect([first.sent[0]?.key, second.sent[0]?.key]).toEqual([item.id, item.id])
  expect((await outboxItems())[0]).toMatchObject({ state: 'sent', answer: { number: 'TX-1' } })
  await sendOutbox(second.sender)
  expect(second.sent).toHaveLength(1)
})

test('photos go first, each under a key of its own, and their ids take their place in the form', async () => {
  const photo = (name: string) => ({ blob: new Blob([name]), name, into: ['form', 'photos'] })
  const item = await put({ ...report, photos: [photo('a.jpg'), photo('b.jpg')] })
  let count = 0
  const { sent, sender } = server((one) => (one.path === '/v1/files' ? json({ id: `F${(count += 1)}` }) : accepted()))
  await sendOutbox(sender)
  expect(sent.map((one) => one.key)).toEqual([`${item.id}-0`, `${item.id}-1`, item.id])
  expect(sent[2]?.body).toMatchObject({ form: { description: '垃圾', photos: ['F1', 'F2'] } })
  expect(await (await database()).count('blobs')).toBe(0)
})

test('a photo that reached the server is not sent again when the rest failed', async () => {
  await put({ ...report, photos: [{ blob: new Blob(['a']), name: 'a.jpg', into: ['form', 'photos'] }] })
  await sendOutbox(server((one) => (one.path === '/v1/files' ? json({ id: 'F1' }) : down())).sender)
  const again = server(accepted)
  await sendOutbox(again.sender)
  expect(again.sent.map((one) => one.path)).toEqual(['/v1/records'])
  expect(again.sent[0]?.body).toMatchObject({ form: { photos: ['F1'] } })
})

test('a refusal sets the item aside with the reason, and the next one still goes', async () => {
  await put(report, 1)
  await put({ ...report, title: '第二件' }, 2)
  const problem = {
    code: 'invalid',
    title: 'invalid',
    status: 422,
    detail: '有内容需要修改',
    errors: [{ at: '/form/x', code: 'required', detail: '请填写' }],
  }
  let first = true
  const { sender } = server(() => {
    if (!first) return accepted()
    first = false
    return json(problem, 422)
  })
  await sendOutbox(sender)
  const [second, set] = await outboxItems()
  expect(second?.state).toBe('sent')
  expect(set).toMatchObject({ state: 'needs_you', refusal: { status: 422, faults: [{ detail: '请填写' }] } })
  await retry(set!.id)
  expect((await outboxItems())[1]?.state).toBe('waiting')
  await discard(set!.id)
  expect(await outboxItems()).toHaveLength(1)
})

test('a server in trouble and an expired session are waited for, not given up', async () => {
  await put(report)
  await sendOutbox(server(() => json({ code: 'unavailable' }, 503)).sender)
  expect((await outboxItems())[0]?.state).toBe('waiting')
  await sendOutbox(server(() => json({ code: 'unauthorized' }, 401)).sender)
  expect((await outboxItems())[0]).toMatchObject({ state: 'waiting', refusal: { status: 401 } })
})

test('a tab that died while sending leaves nothing behind: the next sender takes it up', async () => {
  const item = await put(report)
  await (await database()).put('outbox', { ...item, state: 'sending', attempts: 1 })
  const { sent, sender } = server(accepted)
  await sendOutbox(sender)
  expect(sent.map((one) => one.key)).toEqual([item.id])
})

test('two senders at once send each thing once', async () => {
  await put(report)
  const { sent, sender } = server(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    return accepted()
  })
  const both = await Promise.all([sendOutbox(sender), sendOutbox(sender)])
  expect(both.sort()).toEqual([false, true])
  expect(sent).toHaveLength(1)
})

test('a report without an account keeps its follow code on the phone, and nothing of what was typed', async () => {
  await put(report)
  await sendOutbox(
    server(() => json({ id: 'R1', number: 'TX-1', kind: 'issue', title: '垃圾', follow_code: 'ABC' })).sender,
  )
  expect((await knownMatters()).map((one) => [one.code, one.number])).toEqual([['ABC', 'TX-1']])
  expect((await outboxItems())[0]?.body).toEqual({})
})

test('of an act only that it was done is asked for; its link stays', async () => {
  const about = { record: 'R1', number: 'TX-1', kind: 'issue', action: 'handle' }
  await put({ ...report, path: '/v1/records/R1/actions/handle', body: { version: 1, form: {} }, about })
  const { sent, sender } = server(() => new Response(null, { status: 204 }))
  await sendOutbox(sender)
  expect(sent[0]?.headers).toMatchObject({ Prefer: 'return=minimal' })
  expect((await outboxItems())[0]).toMatchObject({ state: 'sent', answer: { id: 'R1', number: 'TX-1', kind: 'issue' } })
})

test('the follower of a report without an account acts with the code', async () => {
  await put({
    title: '评价',
    path: '/v1/records/R1/actions/rate',
    body: { form: { satisfied: true } },
    followCode: 'ABC',
    owner: null,
  })
  const { sent, sender } = server(accepted)
  await sendOutbox(sender)
  expect(sent[0]?.headers).toMatchObject({ 'X-Follow-Code': 'ABC' })
  expect(sent[0]?.headers).not.toHaveProperty('X-CSRF-Token')
})

test('on a shared phone nothing goes out in the name of another, and it goes once its owner is back', async () => {
  await put({ ...report, owner: 'P2' }, 1)
  await put({ ...report, title: '第二件', owner: 'P1' }, 2)
  const { sent, sender } = server(accepted)
  await sendOutbox(sender)
  expect(sent).toHaveLength(1)
  const [mine, other] = await outboxItems()
  expect([mine?.state, other?.state, other?.refusal?.status]).toEqual(['sent', 'waiting', 401])
  await sendOutbox({ ...sender, who: () => Promise.resolve({ person: 'P2', csrf: 'token' }) })
  expect(sent).toHaveLength(2)
})

test('a change upon an old version tells what happened meanwhile, and goes again upon the one that was seen', async () => {
  const act = { ...report, path: '/v1/records/R1/actions/handle', body: { version: 1, form: {} }, owner: 'P1' }
  const item = await put(act)
  const current = {
    version: 3,
    state: 'assigned',
    last: { at: '2026-03-02T01:00:00Z', label: { zh: '派遣', en: 'D' } },
  }
  await sendOutbox(server(() => json({ code: 'conflict', status: 409, detail: '刚刚有变化', current }, 409)).sender)
  expect((await outboxItems())[0]).toMatchObject({ state: 'needs_you', refusal: { status: 409, current } })
  await retry(item.id, 3)
  const again = server(accepted)
  await sendOutbox(again.sender)
  expect(again.sent[0]).toMatchObject({ key: item.id, body: { version: 3 } })
})

test('a turn that was taken is answered with nothing, and has gone out once', async () => {
  await put({ title: '报名', path: '/v1/slots/S1/take', body: {}, owner: 'P1' })
  const { sent, sender } = server(() => new Response(null, { status: 204 }))
  await sendOutbox(sender)
  await sendOutbox(sender)
  expect(sent).toHaveLength(1)
  expect((await outboxItems())[0]).toMatchObject({ state: 'sent', answer: { number: '' } })
})

test('a check-in’s photos stand in its list of files, beside those of its form', async () => {
  const photo = (into: string[]) => ({ blob: new Blob(['x']), name: 'x.jpg', into })
  const body = { key: 'k', record: 'R1', sort: 'picture', form: { note: '正常' } }
  await put({
    title: '打卡',
    path: '/v1/checkins',
    body,
    owner: 'P1',
    photos: [photo(['files']), photo(['form', 'door'])],
  })
  let count = 0
  const { sent, sender } = server((one) =>
    one.path === '/v1/files' ? json({ id: `F${(count += 1)}` }) : json({ id: 'C1' }),
  )
  await sendOutbox(sender)
  expect(sent[2]?.body).toEqual({ ...body, files: ['F1'], form: { note: '正常', door: ['F2'] } })
})
