// What every page shares: who I am, where I am, and what kinds there are.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import {
  answer,
  api,
  carried,
  type KindCard,
  type KindView,
  type RealmView,
  type SessionView,
  type Shape,
} from './client'
import { forgetPhone, keep, kept } from './db'
import { setZone } from './format'
import { say } from './language'
import { Refusal, Unreachable } from './problem'

export const useSession = defineStore('session', () => {
  const session = shallowRef<SessionView | null>(null)
  const known = ref(false) // whether the server was asked
  const expired = ref(false)
  let asked: Promise<SessionView | null> | null = null

  // Whether this browser signed in: a visitor who never did is not asked about, and costs no refused request.
  const mark = 'tongxin.signed-in'
  function marked(): boolean {
    try {
      return localStorage.getItem(mark) === '1'
    } catch {
      return true
    }
  }
  function remember(signedIn: boolean) {
    try {
      if (signedIn) localStorage.setItem(mark, '1')
      else localStorage.removeItem(mark)
    } catch {
      // then the server is asked every time
    }
  }

  function take(next: SessionView | null) {
    session.value = next
    known.value = true
    expired.value = false
    remember(next !== null)
    carried.csrf = next?.csrf ?? ''
    // Without a network somebody still is who they were; the token that proves the page is asked for anew.
    void keep('session', next && { ...next, csrf: '' })
    return next
  }

  async function load(): Promise<SessionView | null> {
    if (!session.value && !marked()) return take(null)
    asked ??= answer(api.GET('/v1/session'))
      .then(take)
      .catch(async (fault: unknown) => {
        asked = null
        // 401 is an answer: nobody is signed in. No network, or a server in trouble, leaves what we know.
        if (fault instanceof Refusal && fault.status === 401) return take(null)
        session.value ??= (await kept<SessionView>('session'))?.value ?? null
        known.value = true
        return session.value
      })
    return asked
  }

  async function signIn(login: string, password: string, code?: string) {
    asked = null
    return take(await answer(api.POST('/v1/session', { body: { login, password, ...(code ? { code } : {}) } })))
  }

  async function signInByPhone(phone: string, code: string) {
    asked = null
    return take(await answer(api.POST('/v1/session/phone/confirm', { body: { phone, code } })))
  }

  // The browser goes to sign in elsewhere and comes back with a session: the page that it comes back to must ask.
  function expectBack() {
    asked = null
    remember(true)
  }
  // Whoever signed in elsewhere is signed out there as well: the address to go to, or nothing.
  async function signOut(): Promise<string | null> {
    asked = null
    const { url } = await answer(api.POST('/v1/session/outside/end'))
    take(null)
    await forgetPhone()
    return url ?? null
  }

  carried.onExpired = () => {
    if (session.value) expired.value = true
  }

  const signedIn = computed(() => session.value !== null)
  const staff = computed(() => session.value?.staff ?? false)
  return { session, known, expired, signedIn, staff, load, take, signIn, signInByPhone, expectBack, signOut }
})

export const useRealm = defineStore('realm', () => {
  const realm = shallowRef<RealmView | null>(null)
  let asked: Promise<void> | null = null

  function take(next: RealmView) {
    realm.value = next
    setZone(next.zone)
  }

  async function load(): Promise<void> {
    asked ??= answer(api.GET('/v1/realm'))
      .then((next) => {
        take(next)
        void keep('realm', next)
      })
      .catch(async (fault: unknown) => {
        asked = null
        const before = await kept<RealmView>('realm')
        if (before) take(before.value)
        else if (!(fault instanceof Unreachable)) throw fault
      })
    return asked
  }
  // Whom to ring: the community where it is known, the city's hotline otherwise.
  const call = computed(() => {
    const community = realm.value?.community_phone ?? ''
    return { number: community || realm.value?.hotline || '12345', community: community !== '' }
  })
  return { realm, load, call }
})

export const useKinds = defineStore('kinds', () => {
  const cards = shallowRef<KindCard[]>([])
  const views = shallowReactive(new Map<string, KindView>())
  const asked = new Map<string, Promise<KindView | null>>()
  let listed: Promise<KindCard[]> | null = null

  async function list(): Promise<KindCard[]> {
    listed ??= answer(api.GET('/v1/kinds'))
      .then((found) => {
        cards.value = found.items
        void keep('kinds', found.items)
        return cards.value
      })
      .catch(async (fault: unknown) => {
        listed = null
        const before = await kept<KindCard[]>('kinds')
        if (!before) throw fault
        cards.value = before.value
        return cards.value
      })
    return listed
  }

  // What somebody may do changes when they sign in or out.
  function forget() {
    listed = null
    asked.clear()
    views.clear()
  }

  async function view(kind: string): Promise<KindView | null> {
    let waiting = asked.get(kind)
    if (!waiting) {
      waiting = answer(api.GET('/v1/kinds/{kind}', { params: { path: { kind } } }))
        .then((found) => {
          views.set(kind, found)
          void keep(`kind:${kind}`, found)
          return found
        })
        .catch(async () => {
          asked.delete(kind)
          const before = await kept<KindView>(`kind:${kind}`)
          if (before) views.set(kind, before.value)
          return before?.value ?? null
        })
      asked.set(kind, waiting)
    }
    return waiting
  }

  // Loads the views that the rows of a list need for their words.
  async function need(rows: readonly { kind: string }[]): Promise<void> {
    await Promise.all([...new Set(rows.map((row) => row.kind))].map((kind) => view(kind)))
  }

  function stateOf(kind: string, state: string): Shape['StateView'] | null {
    return views.get(kind)?.states.find((candidate) => candidate.name === state) ?? null
  }

  function categoryName(kind: string, code: string | null | undefined): string {
    if (!code) return ''
    const categories = views.get(kind)?.categories ?? cards.value.find((card) => card.kind === kind)?.categories ?? []
    return say(categories.find((candidate) => candidate.code === code)?.name) || code
  }

  function kindName(kind: string): string {
    return say(views.get(kind)?.name ?? cards.value.find((card) => card.kind === kind)?.name) || kind
  }

  // A record without words of its own is called by a word of its kind (its name, its category, a choice): in the reader's language.
  function titleOf(record: { kind: string; title: string }): string {
    const view = views.get(record.kind)
    if (!view) return record.title
    const words = [
      view.name,
      ...[view.categories, ...view.form.map((field) => field.options)].flat().map((one) => one.name),
    ]
    const same = words.find((name) => name.zh === record.title)
    return same ? say(same) : record.title
  }

  // Kind and title; a title that only repeats what kind of thing it is says nothing twice.
  function nameOf(record: { kind: string; title: string }): string {
    return [...new Set([kindName(record.kind), titleOf(record)])].filter(Boolean).join(' · ')
  }

  return { cards, views, list, view, need, titleOf, nameOf, forget, stateOf, categoryName, kindName }
})
