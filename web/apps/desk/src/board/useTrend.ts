// The course of two counts, day by day or month by month; a day on which nothing happened is a day with a zero.
import type { Figures } from '@tongxin/core'
import { computed, type Ref } from 'vue'
import { lastDays } from './useBoard'

export function useTrend(trend: Ref<Figures | null>, byDay: Ref<boolean>, label: (name: string) => string) {
  const keys = computed(() =>
    byDay.value ? lastDays(30) : (trend.value?.rows ?? []).map((row) => row.key).sort((a, b) => a.localeCompare(b)),
  )
  const names = computed(() =>
    keys.value.map((key) =>
      byDay.value ? `${key.slice(4, 6)}-${key.slice(6)}` : `${key.slice(0, 4)}-${key.slice(4)}`,
    ),
  )
  // What came in and what was closed where the pack counts both; by day only what is kept by day.
  const counts = computed(() => {
    const all = trend.value?.counts ?? []
    const moved = all.filter((one) => !byDay.value || one.count > 0)
    const closed = moved.find((one) => one.name === 'closed') ?? moved[1]
    return [moved[0], closed].filter((one, index, list) => one && list.indexOf(one) === index).map((one) => one!.name)
  })
  const series = computed(() =>
    counts.value.map((name) => ({
      name: label(name),
      values: keys.value.map(
        (key) => trend.value?.rows.find((row) => row.key === key)?.counts.find((one) => one.name === name)?.count ?? 0,
      ),
    })),
  )
  return { keys, names, counts, series }
}
