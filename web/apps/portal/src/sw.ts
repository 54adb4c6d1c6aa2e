/// <reference lib="webworker" />
// The service worker: the pages from the cache, the words of kinds as last seen, the outbox when the phone finds a network
// by itself. Everything else goes to the server. It is a help: the page sends by itself as well.
import { sendOutbox } from '@tongxin/core/outbox-worker'
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [
      /^\/(desk|v1|open311|calendar|print|assets)(\/|$)/,
      /^\/(openapi\.json|healthz|readyz|metrics)$/,
      /\.\w{2,5}$/,
    ],
  }),
)

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('sync', (event) => {
  const sync = event as ExtendableEvent & { tag: string }
  if (sync.tag === 'outbox') sync.waitUntil(sendOutbox({ who, language: () => 'zh-CN' }))
})

async function who(): Promise<{ person: string; csrf: string } | null> {
  const answer = await fetch('/v1/session', { credentials: 'same-origin' })
  if (!answer.ok) return null
  const { person, csrf } = (await answer.json()) as { person: { id: string }; csrf: string }
  return { person: person.id, csrf }
}
