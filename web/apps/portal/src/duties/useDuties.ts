// What I have to do, as the phone last heard it, and what I do about it: always through the outbox, so that it can be done
// where there is no network.
import {
  answer,
  api,
  clockSpan,
  day,
  dayAfter,
  discard,
  fullDay,
  keep,
  kept,
  language,
  midnight,
  newId,
  say,
  settled,
  type Shape,
  Unreachable,
  useSession,
} from '@tongxin/core'
import { useAsk } from '@tongxin/ui'
import { computed, ref, watch } from 'vue'
import { items, keepAndSend } from '../outbox'
import { d } from './words'

export type Duties = Shape['MyDuties']
export type Turn = Shape['MyTurn']
export type Offer = Shape['OfferView']
export type Roster = Shape['RosterView']

export interface Mine {
  duties: Duties
  links: Shape['LinkView'][]
}

export function stretch(days: number) {
  const today = day(new Date())
  return { from: midnight(today), until: midnight(dayAfter(today, days)) }
}

// From the server, or as it last was; `at`: since when.
async function heard<T>(key: string, ask: () => Promise<T>): Promise<{ value: T; at: number | null }> {
  try {
    const value = await ask()
    void keep(key, value)
    return { value, at: null }
  } catch (fault) {
    const before = fault instanceof Unreachable ? await kept<T>(key) : null
    if (!before) throw fault
    return before
  }
}

export function useDuties() {
  const session = useSession()
  const savedAt = ref<number | null>(null)
  const asked = useAsk(
    async () => {
      await session.load()
      const me = session.session?.person.id
      if (!me) return null
      const found = await heard<Mine>(`duties:${me}`, async () => {
        const [duties, links] = await Promise.all([
          answer(api.GET('/v1/me/duties', { params: { query: stretch(14) } })),
          answer(api.GET('/v1/me/links', { params: { query: {} } })),
        ])
        return { duties, links: links.items }
      })
      savedAt.value = found.at
      // The rosters that the next pages show, while there is a network.
      if (found.at === null)
        for (const record of [...new Set(found.value.duties.turns.map((turn) => turn.record))].slice(0, 5))
          void readRoster(record).catch(() => {})
      return found.value
    },
    () => session.session?.person.id,
  )
  // What was sent meanwhile, by whoever sent it, is seen.
  const unsentHere = computed(() => items.value.filter((item) => item.state === 'waiting' || item.state === 'sending'))
  watch(
    () => unsentHere.value.length,
    (now, before) => {
      if (now < before) void asked.again()
    },
  )
  return { ...asked, savedAt }
}

export async function readRoster(record: string): Promise<{ value: Roster; at: number | null }> {
  return heard<Roster>(`roster:${record}`, () =>
    answer(api.GET('/v1/records/{id}/roster', { params: { path: { id: record }, query: stretch(28) } })),
  )
}

// What waits to be sent to an address.
export const pending = (path: string) =>
  items.value.some((item) => item.path === path && (item.state === 'waiting' || item.state === 'sending'))
export const checkInPending = (record: string) =>
  items.value.some((item) => item.path === '/v1/checkins' && item.state !== 'sent' && item.body.record === record)

export interface Outcome {
  state: 'sent' | 'stored' | 'refused'
  why: string // the server's sentence
}
export async function act(
  title: string,
  path: string,
  body: Record<string, unknown>,
  photos: { blob: Blob; name: string; into: string[] }[] = [],
): Promise<Outcome> {
  const item = await keepAndSend({ title, path, body, photos })
  const result = await settled(item.id, 8000)
  if (result?.state === 'needs_you' && result.refusal) {
    // The person is still here to decide; nothing needs to wait in the outbox.
    await discard(item.id)
    const { detail, faults } = result.refusal
    return { state: 'refused', why: faults.map((one) => one.detail).join(' ') || detail }
  }
  return { state: result?.state === 'sent' ? 'sent' : 'stored', why: '' }
}
export const newKey = newId

// One act at a time, with what came of it in words.
export function useAct() {
  const busy = ref('')
  const said = ref('')
  const bad = ref('')
  async function run(name: string, done: string, job: () => Promise<Outcome>): Promise<Outcome | null> {
    if (busy.value === name) return null // pressed twice
    busy.value = name
    said.value = bad.value = ''
    try {
      const outcome = await job()
      if (outcome.state === 'refused') bad.value = outcome.why
      else said.value = outcome.state === 'sent' ? done : d('stored')
      return outcome
    } catch {
      bad.value = d('no_room')
      return null
    } finally {
      if (busy.value === name) busy.value = ''
    }
  }
  return { busy, said, bad, run }
}

export function dayName(of: string): string {
  const today = day(new Date())
  if (of === today) return d('today')
  if (of === dayAfter(today, 1)) return d('tomorrow')
  return fullDay(of)
}
export const when = (starts: string, ends: string) => `${dayName(day(new Date(starts)))} ${clockSpan(starts, ends)}`
export const label = (words: { zh: string; en: string }) => (void language.value, say(words))
