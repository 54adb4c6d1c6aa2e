// The words of an app: its own and the shared ones, Chinese at once, English when it is chosen.
import { shallowRef, watch } from 'vue'
import { language, type Language } from '../language'
import zh from './zh'

type Messages = Record<string, unknown>
type Named = Record<string, unknown>

// {fault: {expired: …}} becomes {'fault.expired': …}.
export function flat(messages: Messages, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === 'string') found[prefix + key] = value
    else Object.assign(found, flat(value as Messages, `${prefix}${key}.`))
  }
  return found
}

// 'Send {n} photo | Send {n} photos', and what stands in it: the count `n` chooses the form.
export function fill(message: string, named?: Named): string {
  if (!named) return message
  const [one, many = one] = message.split(' | ') as [string, string?]
  return (named.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, name: string) => String(named[name] ?? ''))
}

const shown = shallowRef<Record<string, string>>({})

export async function createWords(own: Messages, english: () => Promise<{ default: Messages }>): Promise<void> {
  const chinese = flat({ ...zh, ...own })
  const loaded: Partial<Record<Language, Record<string, string>>> = { 'zh-CN': chinese }
  const show = async (next: Language) => {
    if (!loaded[next]) {
      const [shared, mine] = await Promise.all([import('./en'), english()])
      loaded[next] = { ...chinese, ...flat({ ...shared.default, ...mine.default }) }
    }
    shown.value = loaded[next]!
    document.documentElement.lang = next
  }
  watch(language, (next) => void show(next))
  await show(language.value)
}

const translate = (key: string, named?: Named) => fill(shown.value[key] ?? key, named)
export const useWords = () => translate
