import { expect, test } from 'vitest'
import {
  ago,
  characters,
  distance,
  firstCharacters,
  fullTime,
  listTime,
  maskPhone,
  oneLine,
  rate,
  shortCount,
  timeLeft,
  wireDay,
  wireMonth,
  yuan,
} from '../src/format'

// 10:30 on a Sunday in Shanghai; the machine's own zone is UTC (vitest.config.ts).
const now = new Date('2026-11-22T02:30:00Z')

test('lists say today, yesterday, then the day, then the year', () => {
  expect(listTime('2026-11-22T00:12:00Z', now, 'zh-CN')).toBe('今天 08:12')
  expect(listTime('2026-11-21T10:02:00Z', now, 'zh-CN')).toBe('昨天 18:02')
  expect(listTime('2026-11-19T12:40:00Z', now, 'zh-CN')).toBe('11-19 20:40')
  expect(listTime('2025-11-19T12:40:00Z', now, 'zh-CN')).toBe('2025-11-19')
  expect(listTime('2026-11-19T12:40:00Z', now, 'en')).toBe('19 Nov, 20:40')
})

test('the day changes at midnight of the realm, not of Greenwich', () => {
  expect(listTime('2026-11-21T16:30:00Z', now, 'zh-CN')).toBe('今天 00:30')
})

test('details carry the full time', () => {
  expect(fullTime('2026-11-22T02:30:00Z', 'zh-CN')).toBe('2026-11-22 10:30')
  expect(fullTime('2026-11-22T02:30:00Z', 'en')).toBe('22 Nov 2026, 10:30')
})

test('minutes ago only under an hour', () => {
  expect(ago('2026-11-22T02:27:00Z', now, 'zh-CN')).toBe('3 分钟前')
  expect(ago('2026-11-22T01:30:00Z', now, 'zh-CN')).toBe('今天 09:30')
  expect(ago('2026-11-22T02:30:40Z', now, 'zh-CN'), 'the page looked at its clock before').toBe('刚刚')
  expect(ago('2026-11-22T04:30:00Z', now, 'zh-CN'), 'still to come').toBe('今天 12:30')
})

test('time left and time late in words', () => {
  expect(timeLeft('2026-11-22T05:38:00Z', now, 'zh-CN')).toEqual({ late: false, text: '剩余3小时8分' })
  expect(timeLeft('2026-11-22T00:56:00Z', now, 'zh-CN')).toEqual({ late: true, text: '超时1小时34分' })
  expect(timeLeft('2026-11-23T06:30:00Z', now, 'zh-CN').text).toBe('剩余1天4小时')
})

test('a rate shows its fraction, and says when there is nothing to count', () => {
  expect(rate({ value: 402 / 417, of: 402, per: 417, as_number: false }, 'zh-CN')).toEqual({
    text: '96.4%',
    fraction: '402/417',
  })
  expect(rate({ of: 0, per: 0, as_number: false }, 'zh-CN')).toEqual({ text: '—', fraction: '暂无可计' })
})

test('large figures shorten to 万, distances to what a person walks', () => {
  expect(shortCount(9_999, 'zh-CN')).toBe('9,999')
  expect(shortCount(12_345, 'zh-CN')).toBe('1.2 万')
  expect(distance(63, 'zh-CN')).toBe('60\u00A0米')
  expect(distance(1_260, 'zh-CN')).toBe('1.3\u00A0公里')
})

test('typed text cannot turn a line around, and rare characters count once', () => {
  expect(oneLine('王\u202e大\n妈')).toBe('王 大 妈')
  expect(characters('𠮷野')).toBe(2)
  expect(firstCharacters('𠮷野家', 1)).toBe('𠮷…')
  expect(maskPhone('13812348000')).toBe('138****8000')
})

test('a day and a sum are written in the way of the language', () => {
  expect(wireDay('2026-11-02', 'zh-CN')).toBe('2026-11-02')
  expect(wireDay('2026-11-02', 'en')).toBe('2 Nov 2026')
  expect(wireDay('2026-13-02', 'en')).toBe('2026-13-02')
  expect(wireMonth('202611', 'zh-CN')).toBe('2026-11')
  expect(wireMonth('202611', 'en')).toBe('Nov 2026')
  expect(yuan(123_456_789, 'zh-CN')).toBe('1,234,567.89 元')
  expect(yuan(5, 'en')).toBe('0.05 yuan')
})
