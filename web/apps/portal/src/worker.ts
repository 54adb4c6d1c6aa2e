// The service worker's registration, and the offer of a new version, taken only while the outbox is not sending.
import { ref } from 'vue'
import { items } from './outbox'

export const waiting = ref<ServiceWorker | null>(null)

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register('/sw.js').then((registration) => {
    const offer = () => {
      if (registration.waiting && navigator.serviceWorker.controller) waiting.value = registration.waiting
    }
    offer()
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', offer))
  })
}

export function takeNewVersion(): void {
  if (items.value.some((item) => item.state === 'sending')) return
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.value?.postMessage('take-over')
}
