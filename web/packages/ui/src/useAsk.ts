// Asking the server for what a page shows: the answer, whether it is still coming, and the refusal.
import { onBeforeUnmount, ref, type Ref, shallowRef, watch } from 'vue'

export function useAsk<T>(ask: () => Promise<T>, when?: () => unknown) {
  const value = shallowRef<T | null>(null) as Ref<T | null>
  const busy = ref(false)
  const fault = shallowRef<unknown>(null)
  let turn = 0

  async function again(): Promise<void> {
    const mine = ++turn
    busy.value = true
    try {
      const found = await ask()
      if (mine !== turn) return
      value.value = found
      fault.value = null
    } catch (refused) {
      if (mine === turn) fault.value = refused
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  if (when) watch(when, () => void again(), { immediate: true })
  else void again()
  return { value, busy, fault, again }
}

// The time, every half minute: for "剩余3小时8分".
export function useNow(every = 30_000): Ref<Date> {
  const now = ref(new Date())
  const timer = setInterval(() => (now.value = new Date()), every)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}
