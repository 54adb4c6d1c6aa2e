// What the service worker needs of the outbox, without Vue.
export { kept } from './db'
export { sendOutbox } from './outbox'
