// The filter of the queue is its address: a view can be sent to a colleague, kept under a name and gone back to.
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export const tabs = [
  'all',
  'waiting',
  'accepted',
  'handling',
  'checking',
  'done',
  'paused',
  'late',
  'everything',
] as const
export type Tab = (typeof tabs)[number]
// What belongs to a filter; which record is chosen does not.
export const filterNames = ['list', 'tab', 'kind', 'category', 'area', 'q', 'sort'] as const

export function useAddress() {
  const route = useRoute()
  const router = useRouter()
  const text = (name: string) => (typeof route.query[name] === 'string' ? (route.query[name] as string) : '')
  const set = (change: Record<string, string | undefined>) =>
    router.replace({
      query: Object.fromEntries(Object.entries({ ...route.query, ...change }).filter(([, value]) => value)),
    })
  const tab = computed<Tab>(() => ((tabs as readonly string[]).includes(text('tab')) ? (text('tab') as Tab) : 'all'))
  const filterText = computed(() =>
    new URLSearchParams(
      filterNames.map((name) => [name, text(name)] as [string, string]).filter(([, value]) => value),
    ).toString(),
  )
  return { text, set, tab, filterText, router }
}
