import type zh from './feedWords.zh'

const en: typeof zh = {
  title: 'Calendar feeds',
  about:
    'The calendar of a phone or Outlook shows what is due, and your turns: number, category and place, without texts or names.',
  whose: 'Which one',
  mine: 'Mine',
  make: 'Make an address',
  address: 'The address (shown this once; do not pass it on)',
  open: 'Open in the calendar',
  copy: 'Copy',
  copied: 'Copied',
  made: 'made {day}',
  used: 'last read {day}',
  unused: 'not read yet',
  revoke: 'Revoke',
  revoked: 'Revoked: calendars get nothing from it any more',
  none: 'There is none yet.',
}
export default en
