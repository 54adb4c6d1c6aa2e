// Where the phone is. Never blocks: answers null after a few seconds, or when it was not allowed.
export interface Position {
  lon: number
  lat: number
  accuracy: number // metres
}

export type PositionFault = 'denied' | 'unavailable' | 'insecure'

export function whereAmI(patience = 8000): Promise<Position | PositionFault> {
  return new Promise((resolve) => {
    if (!globalThis.isSecureContext) return resolve('insecure')
    if (!navigator.geolocation) return resolve('unavailable')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      (fault) => resolve(fault.code === fault.PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: true, timeout: patience, maximumAge: 60_000 },
    )
  })
}
