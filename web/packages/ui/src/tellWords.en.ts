import type zh from './tellWords.zh'

const en: typeof zh = {
  title: 'How I am told',
  how: 'Beside messages in the app, tell me by',
  app: 'The app alone',
  sms: 'Text message too',
  mail: 'E-mail too',
  quiet_from: 'Leave me alone from',
  quiet_until: 'until',
  digest: 'Several messages become one',
  every_0: 'Never, each by itself',
  every_15: 'Within 15 minutes',
  every_60: 'Within an hour',
  every_240: 'Within four hours',
  every_1440: 'Within a day',
  address: 'E-mail address',
  send_code: 'Send a code',
  code: 'The six digits in the mail',
  prove: 'Confirm',
  forget: 'Forget the address',
  saved: 'Saved',
  code_sent: 'A code was sent to this address; it is good for half an hour',
  proven: 'The address is confirmed',
  forgotten: 'The address is forgotten',
}
export default en
