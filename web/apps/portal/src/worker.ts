// The service worker's registration, and the offer of a new version, taken only while the outbox is not sending.
import { ref } from 'vue'
import { items } from './outbox'

export const waiting = ref<ServiceWorker | null>(null)

// Set while the browser offers to put the app on the home screen.
export const install = ref<(() => void) | null>(null)
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  install.value = () => {
    install.value = null
    void (event as Event & { prompt: () => Promise<unknown> }).prompt()
  }
})

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register('/sw.js').then((registration) => {
    const offer = () => {
      if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting
    }
    offer()
    // A phone keeps a page open for days: look again whenever somebody comes back to it, at most every half hour.
    let looked = Date.now()
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - looked < 1_800_000) return
      looked = Date.now()
      void registration.update().catch(() => {})
    })
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer))
  })
}

export function takeNewVersion(): void {
  if (items.value.some((item) => item.state === 'sending')) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.value?.postMessage('take-over')
}
