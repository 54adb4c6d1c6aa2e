// What the desk hears while it is open: changes of records and messages, one connection per browser.
import { answer, api, openStream, type RecordChange, type StreamState } from '@tongxin/core'
import { ref } from 'vue'

export const unread = ref(0)
export const streamState = ref<StreamState>('open')

const listeners = new Set<(change: RecordChange) => void>()
let close: (() => void) | null = null

export function onRecordChange(listener: (change: RecordChange) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export async function countUnread(): Promise<void> {
  try {
    unread.value = (await answer(api.GET('/v1/messages', { params: { query: {} } }))).unread
  } catch {
    // the figure stays as it was
  }
}

export function goLive(): void {
  if (close) return
  void countUnread()
  close = openStream(
    (event) => {
      if (event.type === 'message') unread.value += 1
      else for (const listener of listeners) listener(event.change)
    },
    (state) => (streamState.value = state),
  )
}

export function goQuiet(): void {
  close?.()
  close = null
}
