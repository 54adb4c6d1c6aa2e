// The words of an app: its own and the shared ones, Chinese at once, English when it is chosen.
import { createI18n, useI18n } from 'petite-vue-i18n'
import { watch } from 'vue'
import { language, type Language } from '../language'
import zh from './zh'

type Messages = Record<string, unknown>

// petite-vue-i18n looks messages up by their whole key: {fault: {expired: …}} becomes {'fault.expired': …}.
export function flat(messages: Messages, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === 'string') found[prefix + key] = value
    else Object.assign(found, flat(value as Messages, `${prefix}${key}.`))
  }
  return found
}

export async function createWords(own: Messages, english: () => Promise<{ default: Messages }>) {
  const words = createI18n({
    legacy: false,
    locale: 'zh-CN',
    fallbackLocale: 'zh-CN',
    messages: { 'zh-CN': flat({ ...zh, ...own }) as never },
    missingWarn: import.meta.env.DEV,
    fallbackWarn: false,
    warnHtmlMessage: false,
  })
  const global = words.global as unknown as {
    locale: { value: string }
    setLocaleMessage: (locale: string, messages: Messages) => void
  }
  const loaded = new Set<Language>(['zh-CN'])
  const show = async (next: Language) => {
    if (!loaded.has(next)) {
      const [shared, mine] = await Promise.all([import('./en'), english()])
      global.setLocaleMessage('en', flat({ ...shared.default, ...mine.default }))
      loaded.add('en')
    }
    global.locale.value = next
    document.documentElement.lang = next
  }
  watch(language, (next) => void show(next))
  await show(language.value)
  return words
}

export function useWords() {
  const { t } = useI18n({ useScope: 'global' })
  const counted = t as (key: string, named: Record<string, unknown>, n?: number) => string
  // The count `n` chooses between the two forms of an English sentence: 'one | many'.
  return (key: string, named: Record<string, unknown> = {}) =>
    counted(key, named, typeof named.n === 'number' ? named.n : undefined)
}
