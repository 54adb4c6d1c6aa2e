// Dates, numbers and persons as the design says (5.6): the realm's zone, 24 hours, Monday first.
import type { Language } from './language'

let zone = 'Asia/Shanghai'
export function setZone(next: string): void {
  if (next) zone = next
}

// Making one of the browser's formatters costs a hundred times what using it does, and a page writes hundreds of figures.
function keptBy<Made>(make: (locale: string, options: object) => Made) {
  const made = new Map<string, Made>()
  return (locale: string, options: object = {}): Made => {
    const key = locale + JSON.stringify(options)
    let one = made.get(key)
    if (!one) made.set(key, (one = make(locale, options)))
    return one
  }
}
const dates = keptBy((locale, options) => new Intl.DateTimeFormat(locale, options))
const figures = keptBy((locale, options) => new Intl.NumberFormat(locale, options))

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'weekday', string>

function partsOf(at: Date, locale: string, options: Intl.DateTimeFormatOptions): Partial<Parts> {
  const found: Record<string, string> = {}
  for (const part of dates(locale, { timeZone: zone, hourCycle: 'h23', ...options }).formatToParts(at)) {
    found[part.type] = part.value
  }
  return found as Partial<Parts>
}

const digits: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
}

const numbers = (at: Date) => partsOf(at, 'en-GB', digits) as Parts
const dayOf = (at: Date) => {
  const { year, month, day } = numbers(at)
  return `${year}-${month}-${day}`
}

// 今天 10:30 · 昨天 18:02 · 11-19 20:40 · 2025-11-19
export function listTime(iso: string, now: Date, language: Language): string {
  const at = new Date(iso)
  const { year, month, day, hour, minute } = numbers(at)
  const clock = `${hour}:${minute}`
  const today = dayOf(now)
  if (dayOf(at) === today) return language === 'en' ? `today ${clock}` : `今天 ${clock}`
  if (dayOf(at) === dayOf(new Date(now.getTime() - 86_400_000)))
    return language === 'en' ? `yesterday ${clock}` : `昨天 ${clock}`
  if (dayOf(at) === dayOf(new Date(now.getTime() + 86_400_000)))
    return language === 'en' ? `tomorrow ${clock}` : `明天 ${clock}`
  const sameYear = year === numbers(now).year
  if (language === 'en') {
    const name = partsOf(at, 'en-GB', { month: 'short' }).month
    return sameYear ? `${Number(day)} ${name}, ${clock}` : `${Number(day)} ${name} ${year}`
  }
  return sameYear ? `${month}-${day} ${clock}` : `${year}-${month}-${day}`
}

// 2026-11-22 10:30, or 22 Nov 2026, 10:30
export function fullTime(iso: string, language: Language): string {
  const at = new Date(iso)
  const { year, month, day, hour, minute } = numbers(at)
  if (language === 'en') {
    const name = partsOf(at, 'en-GB', { month: 'short' }).month
    return `${Number(day)} ${name} ${year}, ${hour}:${minute}`
  }
  return `${year}-${month}-${day} ${hour}:${minute}`
}

// 2026年11月22日 星期日
export function longDate(at: Date, language: Language): string {
  return dates(language === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: zone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
  })
    .format(at)
    .replace(/日星期/, '日 星期')
}

export function clockTime(at: Date): string {
  const { hour, minute } = numbers(at)
  return `${hour}:${minute}`
}

// What <input type="datetime-local"> shows for a moment, and the moment that it means, in the realm's zone.
export function localTime(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const { year, month, day, hour, minute } = numbers(at)
  return `${year}-${month}-${day}T${hour}:${minute}`
}
export function momentOf(local: string): string | null {
  const asUtc = Date.parse(`${local}:00Z`)
  if (Number.isNaN(asUtc)) return null
  const shown = Date.parse(`${localTime(new Date(asUtc).toISOString())}:00Z`)
  return new Date(asUtc - (shown - asUtc)).toISOString()
}

// A day of the wire, 2026-11-22 or 22 Nov 2026; what is no such day stays as it is.
export function wireDay(day: string, language: Language): string {
  const at = new Date(`${day}T00:00:00Z`)
  if (language !== 'en' || !/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(at.getTime())) return day
  const { month } = partsOf(at, 'en-GB', { month: 'short', timeZone: 'UTC' })
  return `${at.getUTCDate()} ${month} ${day.slice(0, 4)}`
}

// A month of the wire, 202611: 2026-11 or Nov 2026.
export function wireMonth(month: string, language: Language): string {
  const at = new Date(`${month.slice(0, 4)}-${month.slice(4)}-01T00:00:00Z`)
  if (language !== 'en' || Number.isNaN(at.getTime())) return `${month.slice(0, 4)}-${month.slice(4)}`
  return `${partsOf(at, 'en-GB', { month: 'short', timeZone: 'UTC' }).month} ${month.slice(0, 4)}`
}

// The day in the realm's zone, as the wire writes days.
export function day(at: Date): string {
  return dayOf(at)
}

// "3 分钟前" under an hour, otherwise the list's time.
export function ago(iso: string, now: Date, language: Language): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000)
  // A page looks at its clock now and then, and clocks differ a little: what is a moment ahead has just happened.
  if (minutes < -2 || minutes >= 60) return listTime(iso, now, language)
  if (minutes <= 0) return language === 'en' ? 'just now' : '刚刚'
  if (language === 'en') return `${minutes} min ago`
  return `${minutes} 分钟前`
}

export interface TimeLeft {
  late: boolean
  text: string
}

function span(milliseconds: number, language: Language): string {
  const minutes = Math.floor(milliseconds / 60_000)
  const days = Math.floor(minutes / 1440)
  const hours = Math.floor((minutes % 1440) / 60)
  const rest = minutes % 60
  if (language === 'en') {
    if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
    if (hours > 0) return rest > 0 ? `${hours} h ${rest} min` : `${hours} h`
    return `${rest} min`
  }
  if (days > 0) return hours > 0 ? `${days}天${hours}小时` : `${days}天`
  if (hours > 0) return rest > 0 ? `${hours}小时${rest}分` : `${hours}小时`
  return `${rest}分钟`
}

// 剩余3小时8分, 超时1小时34分
export function timeLeft(dueIso: string, now: Date, language: Language): TimeLeft {
  const left = new Date(dueIso).getTime() - now.getTime()
  const text = span(Math.abs(left), language)
  if (left < 0) return { late: true, text: language === 'en' ? `${text} late` : `超时${text}` }
  return { late: false, text: language === 'en' ? `${text} left` : `剩余${text}` }
}

// A number and its unit stay on one line.
export function distance(metres: number, language: Language): string {
  if (metres < 1000) {
    const rounded = Math.max(10, Math.round(metres / 10) * 10)
    return language === 'en' ? `${rounded}\u00A0m` : `${rounded}\u00A0米`
  }
  const kilometres = (metres / 1000).toFixed(1)
  return language === 'en' ? `${kilometres}\u00A0km` : `${kilometres}\u00A0公里`
}

export function count(value: number): string {
  return figures('en-US').format(value)
}

// 1.2 万 on boards from 10,000 on; the exact figure belongs into the title.
export function shortCount(value: number, language: Language): string {
  if (Math.abs(value) < 10_000) return count(value)
  if (language === 'en') return `${(value / 1000).toFixed(1)}k`
  return `${(value / 10_000).toFixed(1)} 万`
}

// 96.4%，402/417; the number alone where the rate is one (average hours).
export function rate(
  figure: { value?: number | null; of: number; per: number; as_number: boolean },
  language: Language,
) {
  if (figure.value == null) return { text: '—', fraction: language === 'en' ? 'nothing to count yet' : '暂无可计' }
  const fraction = `${count(Math.round(figure.of * 10) / 10)}/${count(figure.per)}`
  const text = figure.as_number ? figure.value.toFixed(1) : `${(figure.value * 100).toFixed(1)}%`
  return { text, fraction }
}

export function money(fen: number): string {
  return figures('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(fen / 100)
}
export function yuan(fen: number, language: Language): string {
  return language === 'en' ? `${money(fen)} yuan` : `${money(fen)} 元`
}

export function fileSize(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`
}

export function maskPhone(phone: string): string {
  return /^1\d{10}$/.test(phone) ? `${phone.slice(0, 3)}****${phone.slice(7)}` : phone
}

// Typed text on one line: without control characters and without the bidi overrides that could turn a line around.
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
}

// Length as people count it: 𠮷 is one character.
export function characters(text: string): number {
  return [...text].length
}

export function firstCharacters(text: string, most: number): string {
  const all = [...text]
  return all.length <= most ? text : `${all.slice(0, most).join('')}…`
}
