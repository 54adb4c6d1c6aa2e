// What 统计 and 大屏 show: figures of a kind in an area over months, read again by themselves, each with the question that
// opens the records behind it.
import {
  answer,
  api,
  day,
  type Figures,
  language,
  type RecordRow,
  say,
  type Shape,
  shortCount,
  useKinds,
  yuan,
} from '@tongxin/core'
import type { Grid } from '@tongxin/map'
import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { gridBoundaries } from '../boundaries'
import { onRecordChange } from '../live'

export interface Behind {
  title: string
  kind: string
  count: string
  from: string
  until: string
  area?: string
  category?: string
}

export const light = ['#0b5d66', '#b5470b', '#5a3a8c', '#1d4e91', '#a8447d', '#8a6d1c', '#2f6b2f']
export const dark = ['#5cc7cf', '#f2a65a', '#c0a8f0', '#7fb2ff', '#ff8fb8', '#e5d36a', '#6fd08c']
const others = { light: '#4a5558', dark: '#a5b8bc' }

// Months and days in the realm's zone, as the wire writes them: 202611, 20261124.
const plain = (at: Date) => day(at).split('-').join('')
export const thisMonth = () => plain(new Date()).slice(0, 6)
export function monthBefore(text: string, by = 1): string {
  const months = Number(text.slice(0, 4)) * 12 + Number(text.slice(4)) - 1 - by
  return `${Math.floor(months / 12)}${String((months % 12) + 1).padStart(2, '0')}`
}
const daysBefore = (by: number) => plain(new Date(Date.now() - by * 86_400_000))
export const lastDays = (many: number) => Array.from({ length: many }, (_, back) => daysBefore(many - 1 - back))

export interface Wanted {
  kind: string
  area: string
  from: string
  until: string
  count: string // what the map and the trend show; empty: the first of the kind
  isDark: boolean
}

export function useBoard(wanted: () => Wanted, every = 45_000) {
  const kinds = useKinds()
  const figures = shallowRef<Figures | null>(null)
  const before = shallowRef<Figures | null>(null)
  const byArea = shallowRef<Figures | null>(null)
  const byCategory = shallowRef<Figures | null>(null)
  const trend = shallowRef<Figures | null>(null)
  const trendByDay = ref(true)
  const map = shallowRef<Shape['FigureMap'] | null>(null)
  const now = shallowRef({ open: 0, late: 0 })
  const lateRows = shallowRef<RecordRow[]>([])
  const boundaries = shallowRef<Grid[]>([])
  const fault = shallowRef<unknown>(null)
  const busy = ref(false)
  const goodAt = ref<Date | null>(null)
  const kind = computed(() => wanted().kind || kinds.cards[0]?.kind || '')
  const countName = computed(() => {
    const counts = figures.value?.counts ?? []
    return counts.some((one) => one.name === wanted().count) ? wanted().count : (counts[0]?.name ?? '')
  })

  const ask = (more: Record<string, string>) => {
    const { area, from, until } = wanted()
    return answer(
      api.GET('/v1/figures', { params: { query: { kind: kind.value, from, until, ...(area && { area }), ...more } } }),
    )
  }
  // By day where the pack keeps days, else the twelve months.
  async function askTrend(): Promise<Figures> {
    const days = await ask({ from: daysBefore(29), until: daysBefore(0), by: 'day' })
    trendByDay.value = days.rows.length > 0
    return trendByDay.value ? days : ask({ from: monthBefore(wanted().until, 11), until: wanted().until, by: 'month' })
  }
  async function askNow(area: string) {
    const query = { list: 'area', kind: kind.value, area }
    const [counts, late] = await Promise.all([
      answer(api.GET('/v1/records/counts', { params: { query } })),
      answer(api.GET('/v1/records', { params: { query: { ...query, open: true, late: true, limit: 20 } } })),
    ])
    await kinds.need(late.items)
    now.value = { open: counts.open, late: counts.late }
    lateRows.value = late.items
  }

  let turn = 0
  async function load() {
    const mine = ++turn
    busy.value = true
    try {
      await kinds.list()
      await kinds.view(kind.value)
      const { from, until } = wanted()
      const whole = await ask({ by: 'area' })
      const name = whole.counts.some((one) => one.name === wanted().count) ? wanted().count : whole.counts[0]!.name
      const query = { kind: kind.value, area: whole.area.id, from, until, count: name }
      const [past, categories, course, areas] = await Promise.all([
        ask({ from: monthBefore(from), until: monthBefore(until) }),
        ask({ by: 'category' }),
        askTrend(),
        answer(api.GET('/v1/figures/map', { params: { query } })),
        askNow(whole.area.id),
      ])
      if (mine !== turn) return
      figures.value = byArea.value = whole
      before.value = past
      byCategory.value = categories
      trend.value = course
      map.value = areas
      fault.value = null
      goodAt.value = new Date()
    } catch (refused) {
      if (mine === turn) fault.value = refused
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  const area = computed(() => figures.value?.area.id ?? '')
  watch(area, async (id) => id && (boundaries.value = await gridBoundaries(id)))
  watch(
    () => JSON.stringify(wanted()),
    () => void load(),
    { immediate: true },
  )

  // By itself: every so often, and soon after something changed.
  const timer = setInterval(() => document.visibilityState === 'visible' && void load(), every)
  let later: ReturnType<typeof setTimeout> | undefined
  const stop = onRecordChange((change) => {
    if (change.kind !== kind.value || later) return
    later = setTimeout(() => {
      later = undefined
      void load()
    }, 4_000)
  })
  onBeforeUnmount(() => {
    turn += 1
    clearInterval(timer)
    clearTimeout(later)
    stop()
  })

  // ── 七彩民情图: the colour says what a grid mostly needs, the depth how much ──
  const legend = computed(() => {
    void language.value
    const sums = new Map<string, number>()
    for (const one of map.value?.items ?? [])
      for (const part of one.categories) sums.set(part.category, (sums.get(part.category) ?? 0) + part.count)
    const palette = wanted().isDark ? dark : light
    // In the order of the taxonomy, so that a colour stays with its need from one refresh to the next.
    const order = kinds.views.get(kind.value)?.categories.map((one) => one.code) ?? []
    const known = [...sums.keys()].sort((a, b) => order.indexOf(a) - order.indexOf(b))
    return known.map((category, index) => ({
      category,
      name: kinds.categoryName(kind.value, category) || category,
      count: sums.get(category)!,
      colour: palette[index] ?? others[wanted().isDark ? 'dark' : 'light'],
    }))
  })
  const grids = computed<Grid[]>(() => {
    const items = new Map((map.value?.items ?? []).map((one) => [one.id, one]))
    const most = Math.max(1, ...(map.value?.items ?? []).map((one) => one.count))
    return boundaries.value.map((grid) => {
      const found = items.get(grid.id)
      if (!found) return grid
      const colour = legend.value.find((one) => one.category === found.categories[0]?.category)?.colour
      return {
        ...grid,
        name: `${grid.name} ${found.count}`,
        depth: found.count ? found.count / most : undefined,
        ...(colour && { colour }),
      }
    })
  })

  const label = (name: string) => {
    void language.value
    return say(figures.value?.counts.find((one) => one.name === name)?.label)
  }
  // What a count adds up has a unit (hours, fen); how often it was added is not what its name says.
  const unitOf = (name: string | undefined) =>
    kinds.views.get(kind.value)?.counts.find((one) => one.name === name)?.unit
  function told(one: Shape['Figure']): string {
    const unit = unitOf(one.name)
    if (unit?.en === 'fen') return yuan(one.sum, language.value)
    return shortCount(unit ? Math.round(one.sum) : one.count, language.value)
  }
  const unitText = (name: string | undefined) => {
    const unit = unitOf(name)
    return unit && unit.en !== 'fen' ? say(unit) : ''
  }
  // The two as one: 24.3k hours.
  const inWords = (one: Shape['Figure']) => `${told(one)} ${unitText(one.name)}`.trim()
  // A mean is in the unit of what it divides.
  const meanUnit = (one: Shape['RateFigure']) =>
    one.as_number && one.value != null
      ? unitText(kinds.views.get(kind.value)?.rates.find((each) => each.name === one.name)?.of)
      : ''
  function behind(count: string, more: Partial<Behind> & { what?: string } = {}): Behind {
    const { what, ...rest } = more
    return {
      title: [what, label(count)].filter(Boolean).join(' · '),
      kind: kind.value,
      count,
      from: wanted().from,
      until: wanted().until,
      ...(area.value && { area: area.value }),
      ...rest,
    }
  }
  return {
    kind,
    countName,
    figures,
    before,
    byArea,
    byCategory,
    trend,
    trendByDay,
    map,
    now,
    lateRows,
    legend,
    grids,
    fault,
    busy,
    goodAt,
    area,
    label,
    told,
    unitText,
    inWords,
    meanUnit,
    behind,
    load,
  }
}
