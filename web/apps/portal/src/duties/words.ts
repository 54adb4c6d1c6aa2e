// Words of the pages of duties. They come with these pages, not with the first view; English when it is chosen.
import { fill, language } from '@tongxin/core'
import { shallowRef, watch } from 'vue'
import zh from './words.zh'

export type DutyWord = keyof typeof zh
const words = shallowRef<Record<DutyWord, string>>(zh)
watch(
  language,
  async (now) => {
    words.value = now === 'en' ? await import('./words.en').then((found) => found.default).catch(() => zh) : zh
  },
  { immediate: true },
)
export const d = (key: DutyWord, named?: Record<string, string | number>): string => fill(words.value[key], named)
export const isDutyWord = (key: string): key is DutyWord => key in zh
