// Boundaries of grids, for the maps of the desk. An installation without them has maps without lines.
import { answer, api } from '@tongxin/core'
import type { Grid } from '@tongxin/map'

export async function gridBoundaries(within: string): Promise<Grid[]> {
  try {
    const query = { level: 'grid', ...(within && { within }) }
    const found = await answer(api.GET('/v1/areas/boundaries', { params: { query } }))
    const features = (found.features ?? []) as { geometry: unknown; properties: { id: string; name: string } }[]
    return features.map(({ geometry, properties }) => ({ id: properties.id, name: properties.name, geometry }))
  } catch {
    return []
  }
}
