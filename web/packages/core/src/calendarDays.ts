// Holidays and make-up days out of what an office has at hand: the text of the State Council's notice
// (一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。), a calendar file (.ics), or a list (.csv:
// 2027-01-01,2027-01-03,放假,元旦).
export interface ReadDay {
  day: string // 2027-01-01
  works: boolean
  name: string
}

const working = /补班|调休上班|上班|班\)|班）|\bwork/i
const two = (value: number) => String(value).padStart(2, '0')

// Null where there is no such day.
export function dayText(year: number, month: number, date: number): string | null {
  const at = new Date(Date.UTC(year, month - 1, date))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === date ? `${year}-${two(month)}-${two(date)}` : null
}
export function nextDay(of: string): string {
  return new Date(Date.parse(`${of}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
// First and last included; at most a year, whatever was written.
export function daysFrom(first: string, last: string): string[] {
  const days: string[] = []
  for (let day = first; day <= last && days.length < 366; day = nextDay(day)) days.push(day)
  return days
}

const cleaned = (name: string) => name.replace(/\s+/g, ' ').trim().slice(0, 40)

function fromCalendarFile(text: string): ReadDay[] {
  const found: ReadDay[] = []
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
  let first = ''
  let last = ''
  let name = ''
  for (const line of lines) {
    const value = line.slice(line.indexOf(':') + 1)
    const date = /^(\d{4})(\d{2})(\d{2})/.exec(value)
    if (/^BEGIN:VEVENT/i.test(line)) first = last = name = ''
    else if (/^DTSTART\b/i.test(line) && date) first = dayText(+date[1]!, +date[2]!, +date[3]!) ?? ''
    else if (/^DTEND\b/i.test(line) && date) last = dayText(+date[1]!, +date[2]!, +date[3]!) ?? ''
    else if (/^SUMMARY\b/i.test(line)) name = value.replace(/\\([,;\\])/g, '$1')
    else if (/^END:VEVENT/i.test(line) && first) {
      // The end of a whole day is the day after it.
      const days = last > first ? daysFrom(first, last).slice(0, -1) : [first]
      for (const day of days) found.push({ day, works: working.test(name), name: cleaned(name) })
    }
  }
  return found
}

function fromNotice(text: string, year: number): ReadDay[] {
  const found: ReadDay[] = []
  // What stands in brackets is the weekday and the lunar date.
  const plain = text.replace(/[（(][^）)]*[）)]/g, '')
  for (const line of plain.split(/\n|(?=[一二三四五六七八九十]+、)/)) {
    const head = /^\s*(?:[一二三四五六七八九十]+、|\d+[.、]\s*)?\s*([^：:，。\d]{1,16})[：:]/.exec(line)
    const name = head ? head[1]!.trim() : ''
    for (const part of line.slice(head ? head[0].length : 0).split(/[。；;]/)) {
      const works = /上班/.test(part) && !/放假/.test(part)
      if (!works && !/放假|休息/.test(part)) continue
      let in_ = year
      let month = 0
      let before = ''
      const dates = /(至|到|-|–|—)?\s*(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日/g
      for (let date = dates.exec(part); date; date = dates.exec(part)) {
        if (date[2]) in_ = +date[2]
        if (date[3]) month = +date[3]
        const day = month ? dayText(in_, month, +date[4]!) : null
        if (!day) continue
        const days = date[1] && before && before < day ? daysFrom(nextDay(before), day) : [day]
        for (const each of days)
          found.push({ day: each, works, name: works && name ? cleaned(`${name}调休`) : cleaned(name) })
        before = day
      }
    }
  }
  return found
}

function fromList(text: string): ReadDay[] {
  const found: ReadDay[] = []
  for (const line of text.split(/\r?\n/)) {
    const cells = line.split(/[,，;\t]/).map((cell) => cell.replace(/^\s*"?|"?\s*$/g, ''))
    const dates: string[] = []
    let works = false
    let name = ''
    for (const cell of cells) {
      const date = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(cell)
      const day = date && dayText(+date[1]!, +date[2]!, +date[3]!)
      if (day) dates.push(day)
      else if (/^(休|放假|休息|假日|holiday|rest|off)$/i.test(cell)) works = false
      else if (/^(班|上班|调休|调休上班|补班|work|working|on)$/i.test(cell)) works = true
      else if (cell && !name) name = cell
    }
    if (dates.length)
      for (const day of daysFrom(dates[0]!, dates[1] ?? dates[0]!)) found.push({ day, works, name: cleaned(name) })
  }
  return found
}

// In the order of days; of a day that is there twice, what was written last. A notice says no year: `year` is meant.
export function readDays(text: string, year: number): ReadDay[] {
  const found = /BEGIN:VCALENDAR/i.test(text)
    ? fromCalendarFile(text)
    : /\d月\d/.test(text)
      ? fromNotice(text, year)
      : fromList(text)
  const by = new Map(found.map((one) => [one.day, one]))
  return [...by.values()].sort((a, b) => (a.day < b.day ? -1 : 1))
}

// Neighbouring days of one name and sort as one line.
export interface DayRun extends ReadDay {
  until: string
}
export function runsOf(days: readonly ReadDay[]): DayRun[] {
  const runs: DayRun[] = []
  for (const one of days) {
    const last = runs[runs.length - 1]
    if (last && last.works === one.works && last.name === one.name && nextDay(last.until) === one.day)
      last.until = one.day
    else runs.push({ ...one, until: one.day })
  }
  return runs
}
