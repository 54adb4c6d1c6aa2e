// When the outbox is sent: on opening, when the network is back, every minute while somebody looks, and when told to.
import {
  carried,
  type Draft,
  language,
  onOutboxChange,
  outboxItems,
  type OutboxItem,
  put,
  sendOutbox,
  useSession,
} from '@tongxin/core'
import { shallowRef } from 'vue'

export const items = shallowRef<OutboxItem[]>([])
export const unsent = shallowRef(0)

async function refresh() {
  try {
    items.value = await outboxItems()
    unsent.value = items.value.filter((item) => item.state !== 'sent').length
  } catch {
    items.value = []
  }
}

export async function sendNow(): Promise<void> {
  const session = useSession()
  try {
    await sendOutbox({
      who: async () => {
        const now = await session.load()
        if (now && !carried.csrf) throw new Error('nobody answers')
        return now && { person: now.person.id, csrf: carried.csrf }
      },
      language: () => language.value,
    })
  } catch {
    // storage refused: the page said so when it tried to keep the change
  }
}

// Kept in the name of whoever is signed in now, then sent as soon as it can be.
export async function keepAndSend(draft: Omit<Draft, 'owner'>): Promise<OutboxItem> {
  const session = useSession()
  await session.load()
  const item = await put({ ...draft, owner: session.session?.person.id ?? null })
  void askToKeep()
  void sendNow()
  return item
}

export function startOutbox(): void {
  onOutboxChange(() => void refresh())
  void refresh().then(() => (unsent.value > 0 ? sendNow() : undefined))
  addEventListener('online', () => void sendNow())
  setInterval(() => {
    if (document.visibilityState === 'visible' && unsent.value > 0) void sendNow()
  }, 60_000)
}

// Asks the browser to keep the outbox, and to send it when the page is closed, where it can.
export async function askToKeep(): Promise<void> {
  try {
    await navigator.storage?.persist?.()
    const registration = await navigator.serviceWorker?.ready
    const sync = (registration as unknown as { sync?: { register: (tag: string) => Promise<void> } })?.sync
    await sync?.register('outbox')
  } catch {
    // not offered here
  }
}
