// A walk as it is recorded: positions of the page while it is in front, kept on the phone at each step, sent once at the end.
import { keep, keepsPoint, kept, newId, type TrackPoint, useSession } from '@tongxin/core'
import { shallowRef } from 'vue'
import { act, type Outcome } from './useDuties'

export interface Recording {
  key: string
  record: string
  title: string
  since: string
  points: TrackPoint[]
}

export const recording = shallowRef<Recording | null>(null)
export const refused = shallowRef(false) // the position was not allowed
let watching: number | null = null
let awake: { release: () => Promise<void> } | null = null

const place = () => `track:${useSession().session?.person.id ?? ''}`

async function stayAwake() {
  try {
    const lock = (navigator as { wakeLock?: { request: (what: string) => Promise<{ release: () => Promise<void> }> } })
      .wakeLock
    awake = (await lock?.request('screen')) ?? null
  } catch {
    awake = null // not offered, or the battery is low
  }
}

function watchPosition() {
  if (watching !== null || !navigator.geolocation) return
  watching = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      const now = recording.value
      if (!now) return
      refused.value = false
      const point = { at: new Date(timestamp).toISOString(), lon: coords.longitude, lat: coords.latitude }
      if (!keepsPoint(now.points, point, coords.accuracy)) return
      recording.value = { ...now, points: [...now.points, point] }
      void keep(place(), recording.value)
    },
    (fault) => (refused.value = fault.code === fault.PERMISSION_DENIED),
    { enableHighAccuracy: true, maximumAge: 5_000 },
  )
  void stayAwake()
}

// The phone lets go of the screen when another app comes in front; it is asked again when somebody comes back.
document.addEventListener('visibilitychange', () => {
  if (recording.value && document.visibilityState === 'visible') void stayAwake()
})

export function startTrack(record: string, title: string): void {
  recording.value = { key: newId(), record, title, since: new Date().toISOString(), points: [] }
  void keep(place(), recording.value)
  watchPosition()
}

// A page that was closed in the middle of a walk goes on where it was: whose walk it is, is known once the session is.
export async function resumeTrack(): Promise<void> {
  await useSession().load()
  const before = recording.value ? null : (await kept<Recording | null>(place()))?.value
  if (!before || recording.value) return
  recording.value = before
  watchPosition()
}

export async function stopTrack(title: string): Promise<Outcome | null> {
  const now = recording.value
  if (!now || now.points.length < 2) return null
  const outcome = await act(title, '/v1/tracks', { key: now.key, record: now.record, points: now.points })
  if (outcome.state !== 'refused') await dropTrack()
  return outcome
}

export async function dropTrack(): Promise<void> {
  if (watching !== null) navigator.geolocation.clearWatch(watching)
  watching = null
  recording.value = null
  await keep(place(), null)
  await awake?.release().catch(() => {})
  awake = null
}
