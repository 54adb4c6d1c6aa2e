// Sending at once, as the desk does: files first, then the change, under one Idempotency-Key per filled-in form, so that
// pressing 提交 again after a silence changes nothing twice.
import { carried } from './client'
import { language } from './language'
import { refusalOf, Unreachable } from './problem'

export interface LocalFile {
  blob: Blob
  name: string
  url: string
  id?: string // once the server has it
}

export function isLocalFile(value: unknown): value is LocalFile {
  return typeof value === 'object' && value !== null && 'blob' in value
}

async function post(path: string, body: BodyInit, key: string, type?: string): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'Idempotency-Key': key,
        'Accept-Language': language.value,
        ...(carried.csrf ? { 'X-CSRF-Token': carried.csrf } : {}),
        ...(type ? { 'Content-Type': type } : {}),
      },
      body,
    })
  } catch (fault) {
    throw new Unreachable(String(fault))
  }
  if (!response.ok) {
    if (response.status === 401) carried.onExpired()
    throw await refusalOf(response)
  }
  return response.status === 204 ? null : response.json()
}

// Replaces the local files in a form by the ids the server gave them.
export async function uploadFiles(form: Record<string, unknown>, key: string): Promise<Record<string, unknown>> {
  const sent: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(form)) {
    if (!Array.isArray(value) || !value.some(isLocalFile)) {
      sent[name] = value
      continue
    }
    const ids: string[] = []
    for (const item of value) {
      if (!isLocalFile(item)) ids.push(String(item))
      else {
        const data = new FormData()
        data.append('file', item.blob, item.name)
        // Its address is the file's own: a photo that was covered once more is another file and needs another key.
        item.id ??= ((await post('/v1/files', data, `${key}-${item.url.split('/').pop()}`)) as { id: string }).id
        ids.push(item.id)
      }
    }
    sent[name] = ids
  }
  return sent
}

export async function submit<T>(path: string, body: Record<string, unknown>, key: string): Promise<T> {
  const form = body.form ? await uploadFiles(body.form as Record<string, unknown>, key) : undefined
  return (await post(path, JSON.stringify(form ? { ...body, form } : body), key, 'application/json')) as T
}

// A file with what is said about it, as one form.
export async function upload<T>(path: string, fields: Record<string, Blob | string>, key: string): Promise<T> {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return (await post(path, data, key)) as T
}

// For the outbox: photos taken out of a form, with the place their ids belong to.
export function takeFiles(form: Record<string, unknown>) {
  const rest: Record<string, unknown> = {}
  const photos: { blob: Blob; name: string; into: string[] }[] = []
  for (const [name, value] of Object.entries(form)) {
    if (Array.isArray(value) && value.some(isLocalFile))
      for (const item of value as LocalFile[]) photos.push({ blob: item.blob, name: item.name, into: ['form', name] })
    else rest[name] = value
  }
  return { form: rest, photos }
}
