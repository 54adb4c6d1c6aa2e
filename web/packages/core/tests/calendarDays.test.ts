import { describe, expect, it } from 'vitest'
import { daysFrom, readDays, runsOf } from '../src/calendarDays'

const short = (text: string, year = 2026) =>
  runsOf(readDays(text, year)).map((one) => `${one.day}/${one.until} ${one.works ? '班' : '休'} ${one.name}`)

describe('days of a calendar are read', () => {
  it('from the words of the notice, whose brackets name weekdays and lunar days', () => {
    expect(
      short(`各省、自治区、直辖市人民政府：
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。`),
    ).toEqual([
      '2026-01-01/2026-01-03 休 元旦',
      '2026-01-04/2026-01-04 班 元旦调休',
      '2026-02-14/2026-02-14 班 春节调休',
      '2026-02-15/2026-02-23 休 春节',
      '2026-02-28/2026-02-28 班 春节调休',
      '2026-04-04/2026-04-06 休 清明节',
      '2026-09-20/2026-09-20 班 国庆节调休',
      '2026-10-01/2026-10-07 休 国庆节',
      '2026-10-10/2026-10-10 班 国庆节调休',
    ])
  })
  it('from a notice over the turn of a month or a year', () => {
    expect(short('劳动节：4月29日至5月3日放假。', 2027)).toEqual(['2027-04-29/2027-05-03 休 劳动节'])
    expect(short('元旦：2027年12月31日至2028年1月2日放假。', 2027)).toEqual(['2027-12-31/2028-01-02 休 元旦'])
  })
  it('from a calendar file, whose end is the day after', () => {
    const event = (first: string, end: string, name: string) =>
      `BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:${first}\r\n${end && `DTEND;VALUE=DATE:${end}\r\n`}SUMMARY:${name}\r\nEND:VEVENT\r\n`
    expect(
      short(
        `BEGIN:VCALENDAR\r\n${event('20270101', '20270104', '元旦')}${event('20270110', '', '元旦 补班')}END:VCALENDAR\r\n`,
      ),
    ).toEqual(['2027-01-01/2027-01-03 休 元旦', '2027-01-10/2027-01-10 班 元旦 补班'])
  })
  it('from a list, with its spellings of dates and its head passed over', () => {
    expect(short('开始,结束,类型,名称\n2027/1/1,2027.1.3,休,元旦\n20270110,,班,\n')).toEqual([
      '2027-01-01/2027-01-03 休 元旦',
      '2027-01-10/2027-01-10 班 ',
    ])
  })
  it('and what is no day, or no list at all, is none', () => {
    expect(readDays('2027-02-30,休,不存在', 2027)).toEqual([])
    expect(readDays('<script>alert(1)</script>', 2027)).toEqual([])
    expect(daysFrom('2027-01-01', '2999-01-01')).toHaveLength(366)
  })
})
