// What the service worker needs of the outbox, without Vue.
export { sendOutbox } from './outbox'
