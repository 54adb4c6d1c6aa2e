// The corners of a boundary as a list, so that it can be drawn and changed without a mouse. WGS84, degrees with seven decimals. A
// corner that neighbours share is one corner: it moves, comes and goes for all of them.
export type Corner = [number, number]
type Ring = Corner[]
interface Polygon {
  type: 'Polygon'
  coordinates: Ring[]
}
interface MultiPolygon {
  type: 'MultiPolygon'
  coordinates: Ring[][]
}
export type Ground = Polygon | MultiPolygon
export type Grounds = Record<string, Ground>

const same = (a: Corner, b: Corner) => a[0] === b[0] && a[1] === b[1]
const rounded = (corner: Corner) => corner.map((one) => Math.round(one * 1e7) / 1e7) as Corner
// A ring of GeoJSON repeats its first corner at the end; a list of corners does not.
const opened = (ring: Ring) => (ring.length > 1 && same(ring[0]!, ring[ring.length - 1]!) ? ring.slice(0, -1) : ring)
const closed = (ring: Ring): Ring => (ring.length ? [...ring, ring[0]!] : [])

function rings(ground: Ground): Ring[] {
  return ground.type === 'Polygon' ? ground.coordinates : ground.coordinates.flat()
}
function changed(ground: Ground, change: (ring: Ring) => Ring): Ground {
  const each = (ring: Ring) => closed(change(opened(ring)))
  return ground.type === 'Polygon'
    ? { ...ground, coordinates: ground.coordinates.map(each) }
    : { ...ground, coordinates: ground.coordinates.map((polygon) => polygon.map(each)) }
}
// The grounds that a change reaches, and only those.
function everywhere(grounds: Grounds, change: (ring: Ring) => Ring): Grounds {
  const reached: Grounds = {}
  for (const [id, ground] of Object.entries(grounds)) {
    const now = changed(ground, change)
    if (JSON.stringify(now) !== JSON.stringify(ground)) reached[id] = now
  }
  return reached
}

export const cornersOf = (ground: Ground | undefined): Corner[] => (ground ? rings(ground).flatMap(opened) : [])

export function moveCorner(grounds: Grounds, from: Corner, to: Corner): Grounds {
  return everywhere(grounds, (ring) => ring.map((one) => (same(one, from) ? rounded(to) : one)))
}

// Halfway to the next corner of the ring, for every ground that has this edge in either direction.
export function addAfter(grounds: Grounds, id: string, corner: Corner): Grounds {
  const ring =
    grounds[id] &&
    rings(grounds[id])
      .map(opened)
      .find((one) => one.some((at) => same(at, corner)))
  if (!ring) return {}
  const next = ring[(ring.findIndex((one) => same(one, corner)) + 1) % ring.length]!
  const half = rounded([(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2])
  return everywhere(grounds, (ring) =>
    ring.flatMap((one, index) => {
      const after = ring[(index + 1) % ring.length]!
      const edge = (same(one, corner) && same(after, next)) || (same(one, next) && same(after, corner))
      return edge ? [one, half] : [one]
    }),
  )
}

// Nothing is left with fewer than three corners.
export function removeCorner(grounds: Grounds, corner: Corner): Grounds {
  return everywhere(grounds, (ring) => (ring.length > 3 ? ring.filter((one) => !same(one, corner)) : ring))
}

export function groundOf(corners: readonly Corner[]): Ground | null {
  return corners.length < 3 ? null : { type: 'Polygon', coordinates: [closed(corners.map(rounded))] }
}
