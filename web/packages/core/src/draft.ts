// What was typed survives a sign-in, an expiry and a closed tab: text in localStorage, photos beside it in the database.
import { database, keep, kept } from './db'

const prefix = 'tongxin.draft.'

export function saveDraft(name: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + name, JSON.stringify({ at: Date.now(), value }))
  } catch {
    // full or forbidden: then it survives only as long as the page
  }
}

export function loadDraft<T>(name: string, longest = 7 * 86_400_000): T | null {
  try {
    const stored = JSON.parse(localStorage.getItem(prefix + name) ?? 'null') as { at: number; value: T } | null
    return stored && Date.now() - stored.at < longest ? stored.value : null
  } catch {
    return null
  }
}

export async function saveDraftPhotos(name: string, photos: { blob: Blob; name: string }[]): Promise<void> {
  await keep(
    `draft-photos:${name}`,
    photos.map(({ blob, name }) => ({ blob, name })),
  )
}

export async function loadDraftPhotos(name: string): Promise<{ blob: Blob; name: string }[]> {
  return (await kept<{ blob: Blob; name: string }[]>(`draft-photos:${name}`))?.value ?? []
}

export async function dropDraft(name: string): Promise<void> {
  try {
    localStorage.removeItem(prefix + name)
    await (await database()).delete('kept', `draft-photos:${name}`)
  } catch {
    // nothing was kept
  }
}
