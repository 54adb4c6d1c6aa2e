// Words of the pages of duties. They come with these pages, not with the first view; English when it is chosen.
import { language } from '@tongxin/core'
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
export function d(key: DutyWord, named: Record<string, string | number> = {}): string {
  const [one, many = one] = words.value[key].split(' | ') as [string, string?] // two forms where English has two
  return (named.n === 1 ? one : many).replace(/\{(\w+)\}/g, (whole, name: string) => String(named[name] ?? whole))
}
export const isDutyWord = (key: string): key is DutyWord => key in zh
