// The weeks and months of the roster calendar.
import { clockSpan, day, dayAfter, fullDay, mondayOf, writeDay } from '@tongxin/core'

export type Span = 'week' | 'month'

// The days that are shown: a week, or the weeks that a month touches.
export function daysOf(anchor: string, span: Span): string[] {
  if (span === 'week') return Array.from({ length: 7 }, (_, index) => dayAfter(mondayOf(anchor), index))
  const first = mondayOf(`${anchor.slice(0, 7)}-01`)
  const days: string[] = []
  for (let at = first; at.slice(0, 7) <= anchor.slice(0, 7) || days.length % 7; at = dayAfter(at, 1)) days.push(at)
  return days
}
export function step(anchor: string, span: Span, by: number): string {
  if (span === 'week') return dayAfter(anchor, 7 * by)
  const month = Number(anchor.slice(0, 4)) * 12 + Number(anchor.slice(5, 7)) - 1 + by
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`
}

export const weekday = (of: string) => writeDay(of, { weekday: 'short' })
export const monthName = (of: string) => writeDay(of, { year: 'numeric', month: 'long' })
export const slotTime = (starts: string, ends: string) => `${fullDay(day(new Date(starts)))} ${clockSpan(starts, ends)}`
