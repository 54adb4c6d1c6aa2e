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

  async function load() {
    busy.value = true
    try {
      const found = await ask(next.value ? { cursor: next.value } : {})
      rows.value = [...rows.value, ...found.items]
      next.value = found.next
      known.value = true
      fault.value = null
      moreFault.value = ''
    } catch (refused) {
      if (rows.value.length) moreFault.value = t(sentenceOf(refused, 'desk').key)
      else fault.value = refused
    } finally {
      busy.value = false
    }
  }
  void load()
  return { rows, next, busy, known, fault, moreFault, load }
}
