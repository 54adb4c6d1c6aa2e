// What pickers offer: organisations, areas, people with a post, records.
import { answer, api } from './client'
import { say } from './language'
import { useSession } from './stores'

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

// 桃园里 1 号楼 is how a building is written, 桃园里1号楼 how people type it.
const apart = /[\u4e00-\u9fff](?=[0-9A-Za-z])|[0-9A-Za-z](?=[\u4e00-\u9fff])/g
export function spellings(typed: string): string[] {
  const plain = typed.normalize('NFKC').trim()
  const close = plain.replace(/\s+/g, '')
  return [...new Set([plain, close.replace(apart, '$& '), close])]
}
export const searchAreas: Search = async (typed) => {
  for (const q of spellings(typed)) {
    const { items } = await answer(api.GET('/v1/areas', { params: { query: { q } } }))
    if (items.length) return items.map((area) => ({ id: area.id, name: area.name, note: area.path_text }))
  }
  return []
}

export const searchPeople: Search = async (q) => {
  // Whom else there is, residents are not told: they can name themselves.
  const session = useSession()
  const { person } = session.session ?? {}
  if (person && !session.staff) return [{ ...person, note: '' }]
  if (!q) return []
  const found = await answer(api.GET('/v1/people', { params: { query: { q } } }))
  return found.items.map((person) => ({ id: person.id, name: person.name, note: '' }))
}

// Residents look among what is public: an area of theirs they have none.
export const searchRecords: Search = async (q) => {
  const list = useSession().staff ? 'area' : 'public'
  const { items } = await answer(api.GET('/v1/records', { params: { query: { list, q, limit: 20 } } }))
  return items.map((row) => ({ id: row.id, name: row.title, note: `${row.number} · ${row.place_text}` }))
}

export function searchFor(type: string): Search | null {
  if (type === 'org' || type === 'orgs') return searchOrgs
  if (type === 'area') return searchAreas
  if (type === 'person') return searchPeople
  if (type === 'record' || type === 'records') return searchRecords
  return null
}
