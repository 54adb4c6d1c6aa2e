// The one language of this browser: zh-CN unless the person chose English. Kinds bring their words in both.
import { ref } from 'vue'
import type { components } from './schema'

export type Language = 'zh-CN' | 'en'
export type Words = components['schemas']['Words']

const key = 'tongxin.language'

function remembered(): Language {
  try {
    const stored = localStorage.getItem(key)
    if (stored === 'en' || stored === 'zh-CN') return stored
  } catch {
    // a browser without storage still shows Chinese
  }
  return 'zh-CN'
}

export const language = ref<Language>(remembered())

export function setLanguage(next: Language): void {
  language.value = next
  try {
    localStorage.setItem(key, next)
  } catch {
    // kept for this page only
  }
}

export function say(words: Words | null | undefined): string {
  if (!words) return ''
  return language.value === 'en' ? words.en || words.zh : words.zh || words.en
}
