import { describe, expect, it } from 'vitest'
import {
  byDay,
  clockSpan,
  dayAfter,
  dayOfMonth,
  fullDay,
  keepsPoint,
  lacks,
  metresBetween,
  mondayOf,
  postName,
  setLanguage,
  setZone,
  standing,
  trackGaps,
  trackMetres,
  type TrackPoint,
} from '../src'

describe('what lies on which day', () => {
  it('is told by the realm’s zone, in order of time', () => {
    setZone('Asia/Shanghai')
    const groups = byDay([
      { starts: '2026-03-10T01:00:00Z', name: 'morning' },
      { starts: '2026-03-09T16:30:00Z', name: 'half past midnight' },
      { starts: '2026-03-09T15:30:00Z', name: 'the evening before' },
    ])
    expect(groups.map((group) => [group.day, group.items.map((one) => one.name)])).toEqual([
      ['2026-03-09', ['the evening before']],
      ['2026-03-10', ['half past midnight', 'morning']],
    ])
  })
  it('weeks begin on Monday, over the end of a month and of a year', () => {
    expect(mondayOf('2026-03-01')).toBe('2026-02-23')
    expect(mondayOf('2026-03-02')).toBe('2026-03-02')
    expect(mondayOf('2027-01-01')).toBe('2026-12-28')
    expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29')
  })
})

describe('a slot of a roster', () => {
  const slot = {
    id: 's',
    post: 'gate',
    starts: '2026-11-28T10:00:00Z',
    ends: '2026-11-28T18:00:00Z',
    need: 2,
    taken: 1,
    waiting: 1,
    state: 'open',
    people: [
      { person: { id: 'a', name: '甲' }, state: 'standing' },
      { person: { id: 'b', name: '乙' }, state: 'waiting' },
    ],
  } as unknown as Parameters<typeof lacks>[0]

  it('names the day on which it ends where that is another one, in either language', () => {
    setZone('Asia/Shanghai')
    expect(clockSpan(slot.starts, '2026-11-28T12:00:00Z')).toBe('18:00–20:00')
    expect(clockSpan(slot.starts, slot.ends)).toBe('18:00–11-29 02:00')
    expect(fullDay('2026-11-29')).toBe('11月29日 星期日')
    setLanguage('en')
    expect(clockSpan(slot.starts, slot.ends)).toBe('18:00–29 Nov 02:00')
    expect([dayOfMonth('2026-11-29'), fullDay('2026-11-29')]).toEqual(['29 Nov', 'Sunday 29 November'])
    setLanguage('zh-CN')
  })
  it('lacks somebody only while it is open; who waits does not stand', () => {
    expect(lacks(slot)).toBe(true)
    expect(lacks({ ...slot, taken: 2 })).toBe(false)
    expect(lacks({ ...slot, state: 'closed' })).toBe(false)
    expect(standing(slot).map((one) => one.person.name)).toEqual(['甲'])
  })
  it('is called what its roster calls the post', () => {
    const posts = [{ name: 'gate', label: { zh: '门岗', en: 'Gate' } }] as unknown as Parameters<typeof postName>[0]
    expect(postName(posts, slot)).toBe('门岗')
    expect(postName([], slot)).toBe('gate')
  })
})

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 9, 0, 0, seconds)).toISOString()
// About so many metres east of a point in the city.
const point = (seconds: number, east: number): TrackPoint => ({
  at: at(seconds),
  lon: 117.2 + east / 86_400,
  lat: 39.12,
})

describe('a track', () => {
  it('keeps a position every ten metres or every half minute', () => {
    const first = point(0, 0)
    expect(keepsPoint([], first, 20)).toBe(true)
    expect(keepsPoint([first], point(5, 4), 20), 'four metres after five seconds').toBe(false)
    expect(keepsPoint([first], point(5, 14), 20), 'fourteen metres').toBe(true)
    expect(keepsPoint([first], point(31, 0), 20), 'standing still for half a minute').toBe(true)
  })
  it('leaves out what is too vague, older than the last, or more than the server takes', () => {
    expect(keepsPoint([], point(0, 0), 900)).toBe(false)
    expect(keepsPoint([point(60, 0)], point(10, 50), 10)).toBe(false)
    expect(
      keepsPoint(
        Array.from({ length: 20_000 }, () => point(0, 0)),
        point(60, 60),
        10,
      ),
    ).toBe(false)
  })
  it('has a length and honest gaps', () => {
    const walk = [point(0, 0), point(30, 100), point(400, 300)]
    expect(Math.round(metresBetween(walk[0]!, walk[1]!))).toBeGreaterThan(98)
    expect(trackMetres(walk)).toBeGreaterThan(295)
    expect(trackMetres(walk)).toBeLessThan(305)
    expect(trackGaps(walk)).toBe(1)
    expect(trackMetres([])).toBe(0)
  })
})
