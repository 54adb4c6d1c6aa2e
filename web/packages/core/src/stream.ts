// Live changes: one event stream per browser. The tab that holds the lock keeps the connection and tells the others; when
// it closes, another takes over. Browsers without Web Locks open one per tab.
import type { Shape } from './client'

export interface RecordChange {
  id: string
  kind: string
  number: string
  title: string
  state: string
  action: string
  version: number
  open: boolean
  actor?: Shape['PersonRef']
  at: string
}
export type StreamEvent = { type: 'record'; change: RecordChange } | { type: 'message'; message: Shape['MessageView'] }
export type StreamState = 'open' | 'broken'

const name = 'tongxin-stream'

export function openStream(
  hear: (event: StreamEvent) => void,
  state: (now: StreamState) => void = () => {},
): () => void {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : null
  const control = new AbortController()
  let source: EventSource | null = null

  const tell = (event: StreamEvent) => {
    hear(event)
    channel?.postMessage(event)
  }
  if (channel) channel.onmessage = (message) => hear(message.data as StreamEvent)

  const connect = () => {
    source = new EventSource('/v1/stream')
    source.addEventListener('record', (event) =>
      tell({ type: 'record', change: JSON.parse((event as MessageEvent<string>).data) }),
    )
    source.addEventListener('message', (event) => {
      // an event without a type is also called `message`; ours carry JSON
      const data = (event as MessageEvent<string>).data
      if (data.startsWith('{')) tell({ type: 'message', message: JSON.parse(data) })
    })
    source.onopen = () => state('open')
    source.onerror = () => state('broken')
  }

  if (typeof navigator.locks?.request === 'function')
    void navigator.locks
      .request(name, { signal: control.signal }, () => {
        connect()
        return new Promise<void>((release) => control.signal.addEventListener('abort', () => release()))
      })
      .catch(() => {
        // aborted while waiting for the lock
      })
  else connect()

  return () => {
    control.abort()
    source?.close()
    channel?.close()
  }
}
