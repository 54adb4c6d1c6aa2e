// Days and times of the roster calendar, in the realm's zone.
import { clockTime, day, dayAfter, language, mondayOf, momentOf } from '@tongxin/core'

export type Span = 'week' | 'month'
export const midnight = (of: string) => momentOf(`${of}T00:00`)!

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

const write = (of: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : 'zh-CN', { timeZone: 'UTC', ...options }).format(
    new Date(`${of}T00:00:00Z`),
  )
export const weekday = (of: string) => write(of, { weekday: 'short' })
export const dayOfMonth = (of: string) =>
  language.value === 'en' ? write(of, { month: 'short', day: 'numeric' }) : of.slice(5)
export const fullDay = (of: string) =>
  write(of, { month: 'long', day: 'numeric', weekday: 'long' }).replace(/日星期/, '日 星期')
export const monthName = (of: string) => write(of, { year: 'numeric', month: 'long' })

export function clockSpan(starts: string, ends: string): string {
  const [from, until] = [new Date(starts), new Date(ends)]
  const over = day(from) === day(until) ? '' : `${dayOfMonth(day(until))} `
  return `${clockTime(from)}–${over}${clockTime(until)}`
}
export const slotTime = (starts: string, ends: string) => `${fullDay(day(new Date(starts)))} ${clockSpan(starts, ends)}`
