// Duties, without a page: what lies on which day, who is missing where, and which positions make a track.
import { clockTime, day, momentOf } from './format'
import { language, say } from './language'
import type { components } from './schema'

type Slot = components['schemas']['SlotView']

// Things by the day (in the realm's zone) on which they begin, in order of time.
export function byDay<T extends { starts: string }>(things: readonly T[]): { day: string; items: T[] }[] {
  const groups = new Map<string, T[]>()
  for (const thing of [...things].sort((a, b) => Date.parse(a.starts) - Date.parse(b.starts))) {
    const key = day(new Date(thing.starts))
    groups.set(key, [...(groups.get(key) ?? []), thing])
  }
  return [...groups].map(([key, items]) => ({ day: key, items }))
}

// The day so many days later, as the wire writes days.
export function dayAfter(from: string, days: number): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
// The Monday of the week that holds the day.
export function mondayOf(of: string): string {
  return dayAfter(of, -((new Date(`${of}T00:00:00Z`).getUTCDay() + 6) % 7))
}

export const midnight = (of: string) => momentOf(`${of}T00:00`)!

// A day in words, 11-22 or 22 Nov, and 11月22日 星期日 or Sunday 22 November.
export const writeDay = (of: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language.value === 'en' ? 'en-GB' : 'zh-CN', { timeZone: 'UTC', ...options })
    .format(new Date(`${of}T00:00:00Z`))
    .replace(/日星期/, '日 星期')
export const dayOfMonth = (of: string) =>
  language.value === 'en' ? writeDay(of, { month: 'short', day: 'numeric' }) : of.slice(5)
export const fullDay = (of: string) => writeDay(of, { month: 'long', day: 'numeric', weekday: 'long' })
// 18:00–22:00, and with the day where it ends on another one.
export function clockSpan(starts: string, ends: string): string {
  const [from, until] = [new Date(starts), new Date(ends)]
  const over = day(from) === day(until) ? '' : `${dayOfMonth(day(until))} `
  return `${clockTime(from)}–${over}${clockTime(until)}`
}

// What a roster says of one of its slots.
export const lacks = (slot: Slot) => slot.state === 'open' && slot.taken < slot.need
export const standing = (slot: Slot) => slot.people.filter((one) => one.state !== 'waiting')
export function postName(posts: readonly components['schemas']['PostOfDuty'][], slot: Slot): string {
  return say(posts.find((one) => one.name === slot.post)?.label) || slot.post
}

export interface TrackPoint {
  at: string
  lon: number
  lat: number
}

export function metresBetween(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const radians = Math.PI / 180
  const x = (b.lon - a.lon) * radians * Math.cos(((a.lat + b.lat) / 2) * radians)
  const y = (b.lat - a.lat) * radians
  return Math.hypot(x, y) * 6_371_000
}
export function trackMetres(points: readonly TrackPoint[]): number {
  return points.reduce((sum, point, index) => (index ? sum + metresBetween(points[index - 1]!, point) : 0), 0)
}

const least = 10 // metres
const longest = 30_000 // milliseconds
const most = 20_000 // what the server takes
const vague = 200 // metres; a position that is no better says nothing of a walk

// Kept is a position every ten metres or every half minute; one that is too vague, or older than the last, is not.
export function keepsPoint(points: readonly TrackPoint[], next: TrackPoint, accuracy: number): boolean {
  if (accuracy > vague || points.length >= most) return false
  const last = points[points.length - 1]
  if (!last) return true
  const passed = Date.parse(next.at) - Date.parse(last.at)
  return passed > 0 && (passed >= longest || metresBetween(last, next) >= least)
}
// Where nobody knows where somebody was: the phone was off, or the page was not in front.
export function trackGaps(points: readonly TrackPoint[], limit = 180_000): number {
  return points.filter((point, index) => index && Date.parse(point.at) - Date.parse(points[index - 1]!.at) > limit)
    .length
}
