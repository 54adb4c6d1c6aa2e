// Where a report is about: by position, plate, building or map; the words for it come from the server's areas.
import { answer, api, keep, kept, type Position, type PositionFault, Unreachable, whereAmI } from '@tongxin/core'
import { ref } from 'vue'

export interface Chosen {
  how: 'position' | 'building' | 'map' | 'code'
  area?: string
  code?: string
  lon?: number
  lat?: number
  name: string
  accuracy?: number
}

export async function nameOf(lon: number, lat: number): Promise<string> {
  try {
    const { areas } = await answer(api.GET('/v1/areas/locate', { params: { query: { lon, lat } } }))
    return areas
      .slice(-2)
      .map((area) => area.name)
      .join(' ')
  } catch {
    return ''
  }
}

export function usePlace() {
  const chosen = ref<Chosen | null>(null)
  const looking = ref(false)
  const missed = ref<PositionFault | null>(null)

  async function locate(): Promise<void> {
    looking.value = true
    missed.value = null
    const found: Position | PositionFault = await whereAmI()
    if (typeof found === 'string') missed.value = found
    else {
      const { lon, lat, accuracy } = found
      // Somebody who chose a building meanwhile meant it.
      if (!chosen.value || chosen.value.how === 'position')
        chosen.value = { how: 'position', lon, lat, accuracy, name: await nameOf(lon, lat) }
    }
    looking.value = false
  }

  async function fromMap(lon: number, lat: number): Promise<void> {
    chosen.value = { how: 'map', lon, lat, name: await nameOf(lon, lat) }
  }

  // `opens`: the kind that is filled in at this plate, where that is known.
  async function fromCode(code: string): Promise<{ gone: boolean; opens?: string }> {
    try {
      const plate = await answer(api.GET('/v1/codes/{code}', { params: { path: { code } } }))
      chosen.value = { how: 'code', code, area: plate.area.id, name: plate.place_text }
      return { gone: false, opens: plate.kind }
    } catch (fault) {
      // Without a network the plate stands for its place, which the server knows when the report arrives.
      if (fault instanceof Unreachable) chosen.value = { how: 'code', code, name: '' }
      return { gone: !(fault instanceof Unreachable) }
    }
  }
  const choose = (next: Chosen | null) => (chosen.value = next)
  return { chosen, looking, missed, choose, locate, fromMap, fromCode }
}

export interface Building {
  id: string
  name: string
}
export const keepBuilding = (building: Building) => keep('my-building', building)
export const myBuilding = async () => (await kept<Building>('my-building'))?.value ?? null

export function wirePlace(chosen: Chosen) {
  const { area, code, lon, lat } = chosen
  return { ...(area && { area }), ...(code && { code }), ...(lon !== undefined && lat !== undefined && { lon, lat }) }
}
