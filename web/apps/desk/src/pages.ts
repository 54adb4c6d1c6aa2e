// A list that grows page by page: its rows so far, and how the next page is asked for. The first is asked for at once.
import { sentenceOf, useWords } from '@tongxin/core'
import { ref, shallowRef } from 'vue'

export interface Page<Row> {
  items: Row[]
  next?: string
}

export function usePages<Row>(ask: (query: { cursor?: string }) => Promise<Page<Row>>) {
  const t = useWords()
  const rows = shallowRef<Row[]>([])
  const next = ref<string | undefined>()
  const busy = ref(false)
  const known = ref(false) // at least one page came
  const fault = shallowRef<unknown>(null)
  const moreFault = ref('')

  let turn = 0

  async function load() {
    const mine = turn
    busy.value = true
    try {
      const found = await ask(next.value ? { cursor: next.value } : {})
      if (mine !== turn) return
      rows.value = [...rows.value, ...found.items]
      next.value = found.next
      known.value = true
      fault.value = null
      moreFault.value = ''
    } catch (refused) {
      if (mine !== turn) return
      if (rows.value.length) moreFault.value = t(sentenceOf(refused, 'desk').key)
      else fault.value = refused
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  // From the beginning again, when what is asked for has changed. What was asked before may still answer: it is dropped.
  async function reload() {
    turn += 1
    rows.value = []
    next.value = undefined
    known.value = false
    await load()
  }
  // The first page anew, in place of what stands there: what came in is seen without the list going away for a moment.
  async function renew() {
    const mine = (turn += 1)
    try {
      const found = await ask({})
      if (mine !== turn) return
      rows.value = found.items
      next.value = found.next
      known.value = true
      fault.value = null
    } catch {
      // what stands there stays
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  // For printing.
  async function loadAll(most = 500) {
    while (next.value && rows.value.length < most && !moreFault.value) await load()
  }
  void load()
  return { rows, next, busy, known, fault, moreFault, load, loadAll, reload, renew }
}
