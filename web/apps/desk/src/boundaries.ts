// Boundaries of grids, for the maps of the desk. An installation without them has maps without lines.
import { answer, api } from '@tongxin/core'
import type { Grid } from '@tongxin/map'

export async function gridBoundaries(within: string): Promise<Grid[]> {
  try {
    const query = { level: 'grid', ...(within && { within }) }
    const found = (await answer(api.GET('/v1/areas/boundaries', { params: { query } }))) as {
      features?: { id: string; geometry: unknown; properties: { name: string } }[]
    }
    return (found.features ?? []).map(({ id, geometry, properties }) => ({ id, name: properties.name, geometry }))
  } catch {
    return []
  }
}
