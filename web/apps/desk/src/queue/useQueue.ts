// The rows of the queue, their counts, and what is heard of them while the page is open.
import { answer, api, type RecordRow, type RecordView, useKinds, useSession } from '@tongxin/core'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { onRecordChange } from '../live'
import type { useAddress } from './address'

export function useQueue(address: ReturnType<typeof useAddress>) {
  const { text, tab } = address
  const kinds = useKinds()
  const session = useSession()
  const rows = shallowRef<RecordRow[]>([])
  const next = ref<string | undefined>()
  const busy = ref(false)
  const fault = shallowRef<unknown>(null)
  const counts = ref<Record<string, number> | null>({})
  const fresh = ref(new Set<string>())

  // A tab is a class of states; the server is asked for the states that packs put into it.
  const statesOf = (look: string) =>
    [
      ...new Set(
        [...kinds.views.values()].flatMap((kind) =>
          kind.states.filter((one) => one.display === look && !one.is_final).map((one) => one.name),
        ),
      ),
    ].join(',')

  const filter = computed(() => ({
    list: text('list') || 'todo',
    ...(text('kind') && { kind: text('kind') }),
    ...(text('category') && { category: text('category') }),
    ...(text('area') && text('list') === 'area' && { area: text('area') }),
    ...(text('q') && { q: text('q') }),
  }))
  // Only what is to be done can be put in the order of its deadlines.
  const sort = computed(() => (filter.value.list === 'todo' ? text('sort') || 'due' : 'new'))
  const ready = kinds
    .list()
    .then((cards) => Promise.all(cards.map((card) => kinds.view(card.kind))))
    .catch(() => [])

  // What the tab and the filter ask for, the same for the list and for its export.
  function wanted() {
    const states = ['waiting', 'accepted', 'handling', 'checking', 'done', 'paused'].includes(tab.value)
      ? statesOf(tab.value)
      : ''
    return {
      ...filter.value,
      ...(tab.value === 'everything' ? filter.value.list === 'todo' && { open: true } : { open: true }),
      ...(states && { state: states }),
      ...(tab.value === 'late' && { late: true }),
    }
  }
  function query(cursor?: string) {
    return {
      ...wanted(),
      sort: sort.value,
      limit: 50,
      ...(cursor && { cursor }),
    }
  }

  let turn = 0
  async function load(more = false) {
    const mine = ++turn
    busy.value = true
    try {
      await ready
      const found = await answer(api.GET('/v1/records', { params: { query: query(more ? next.value : undefined) } }))
      if (mine !== turn) return
      await kinds.need(found.items)
      rows.value = more ? [...rows.value, ...found.items] : found.items
      next.value = found.next
      fault.value = null
      if (!more) fresh.value = new Set()
    } catch (refused) {
      if (mine === turn) fault.value = refused
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  // For printing: everything that the filter finds, as far as a person would read it on paper.
  async function loadAll(most = 500) {
    while (next.value && rows.value.length < most && !fault.value) await load(true)
  }

  // What a search finds is not counted by states: no number stands there rather than one that means something else.
  async function count() {
    if (filter.value.q) return (counts.value = null)
    try {
      const found = await answer(api.GET('/v1/records/counts', { params: { query: filter.value } }))
      const sums: Record<string, number> = { all: found.open, late: found.late }
      for (const one of found.states) {
        const view = kinds.stateOf(one.kind, one.state)
        if (view && !view.is_final) sums[view.display] = (sums[view.display] ?? 0) + one.count
      }
      counts.value = sums
    } catch {
      // the figures stay as they were
    }
  }
  watch([filter, tab, sort], () => void load(), { immediate: true, deep: true })
  watch(filter, () => void ready.then(count), { immediate: true, deep: true })

  const listeners = new Set<(id: string, version: number) => void>()
  const onChange = (listener: (id: string, version: number) => void) => void listeners.add(listener)

  // New ones do not move the rows under the pointer; known ones change where they stand. What I did myself is no news, and what
  // this filter would not show is none either: a case may change in my area without being mine to handle.
  const heard = new Set<string>()
  async function look() {
    const mine = turn
    const ids = [...heard]
    heard.clear()
    if (!ids.length) return
    try {
      const found = await answer(api.GET('/v1/records', { params: { query: { ...query(), limit: 100 } } }))
      if (mine !== turn) return ids.forEach((id) => heard.add(id))
      const latest = new Map(found.items.map((row) => [row.id, row]))
      const listed = new Set(rows.value.map((row) => row.id))
      const offered = ids.filter((id) => !listed.has(id) && (latest.has(id) || found.next))
      await kinds.need(found.items)
      rows.value = rows.value.map((row) => {
        const now = latest.get(row.id)
        return now && now.version >= row.version ? now : row
      })
      if (offered.length) fresh.value = new Set([...fresh.value, ...offered])
    } catch {
      // the next change asks again
      ids.forEach((id) => heard.add(id))
    }
  }
  let later: ReturnType<typeof setTimeout> | undefined
  const stop = onRecordChange((change) => {
    const known = rows.value.some((row) => row.id === change.id)
    if (known)
      rows.value = rows.value.map((row) =>
        row.id === change.id ? { ...row, state: change.state, version: change.version, open: change.open } : row,
      )
    if (known || (change.open && change.actor?.id !== session.session?.person.id)) heard.add(change.id)
    for (const listener of listeners) listener(change.id, change.version)
    clearTimeout(later)
    later = setTimeout(() => {
      void count()
      void look()
    }, 800)
  })
  onBeforeUnmount(() => {
    stop()
    clearTimeout(later)
  })

  function take(changed: RecordView) {
    rows.value = rows.value.map((row) =>
      row.id === changed.id
        ? { ...row, state: changed.state, version: changed.version, open: changed.open, holder_org: changed.holder_org }
        : row,
    )
  }
  return { rows, next, busy, fault, counts, fresh, filter, sort, wanted, load, loadAll, count, take, onChange }
}
