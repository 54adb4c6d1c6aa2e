// My matters, from my account and from the follow codes that this phone keeps.
import {
  answer,
  api,
  keep,
  kept,
  knownMatters,
  type RecordRow,
  type RecordView,
  Unreachable,
  useKinds,
  useSession,
} from '@tongxin/core'

export interface Mine {
  row: RecordRow
  to: string
}

export function rowOf(view: RecordView): RecordRow {
  const due = view.deadlines.filter((deadline) => !deadline.ended_at).map((deadline) => deadline.due_at)
  return {
    id: view.id,
    kind: view.kind,
    number: view.number,
    title: view.title,
    state: view.state,
    version: view.version,
    open: view.open,
    urgent: view.urgent,
    late: view.deadlines.some((deadline) => deadline.late && !deadline.ended_at),
    place_text: view.place_text,
    source: view.source,
    created_at: view.created_at,
    updated_at: view.updated_at,
    due_at: due.sort()[0],
  }
}

export async function myMatters(limit: number): Promise<Mine[]> {
  const session = useSession()
  const kinds = useKinds()
  await session.load()
  const found = new Map<string, Mine>()
  if (session.signedIn) {
    const key = `mine:${session.session?.person.id}`
    let rows: RecordRow[]
    try {
      rows = (await answer(api.GET('/v1/records', { params: { query: { list: 'mine', sort: 'new', limit } } }))).items
      if (limit > 10) void keep(key, rows)
    } catch (fault) {
      // As they last stood, where there is no network.
      const before = fault instanceof Unreachable ? await kept<RecordRow[]>(key) : null
      if (!before) throw fault
      rows = before.value
    }
    for (const row of rows) found.set(row.id, { row, to: `/m/${row.id}` })
  }
  const known = (await knownMatters()).filter((matter) => !found.has(matter.id)).slice(0, limit)
  await Promise.all(
    known.map(async ({ code }) => {
      try {
        const view = await answer(api.GET('/v1/follow/{code}', { params: { path: { code } } }))
        found.set(view.id, { row: rowOf(view), to: `/f/${code}` })
      } catch {
        // gone, or no network: the others are shown
      }
    }),
  )
  const mine = [...found.values()].sort((a, b) => b.row.created_at.localeCompare(a.row.created_at)).slice(0, limit)
  await kinds.need(mine.map(({ row }) => row))
  return mine
}
