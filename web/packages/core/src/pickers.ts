// What pickers offer: organisations, areas, people with a post, records.
import { answer, api } from './client'
import { say } from './language'

export interface Choice {
  id: string
  name: string
  note: string
}
export type Search = (words: string) => Promise<Choice[]>

export const searchOrgs: Search = async (q) =>
  (await answer(api.GET('/v1/orgs', { params: { query: { q } } }))).items.map((org) => ({
    id: org.id,
    name: org.name,
    note: [say(org.kind_name), org.area_name].filter(Boolean).join(' · '),
  }))

export const searchAreas: Search = async (q) =>
  (await answer(api.GET('/v1/areas', { params: { query: { q } } }))).items.map((area) => ({
    id: area.id,
    name: area.name,
    note: area.path_text,
  }))

export const searchPeople: Search = async (q) => {
  if (!q) return []
  const found = await answer(api.GET('/v1/people', { params: { query: { q } } }))
  return found.items.map((person) => ({ id: person.id, name: person.name, note: '' }))
}

export const searchRecords: Search = async (q) =>
  (await answer(api.GET('/v1/records', { params: { query: { list: 'area', q, limit: 20 } } }))).items.map((row) => ({
    id: row.id,
    name: row.title,
    note: `${row.number} · ${row.place_text}`,
  }))

export function searchFor(type: string): Search | null {
  if (type === 'org' || type === 'orgs') return searchOrgs
  if (type === 'area') return searchAreas
  if (type === 'person') return searchPeople
  if (type === 'record' || type === 'records') return searchRecords
  return null
}
