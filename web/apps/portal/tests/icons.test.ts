// Every picture that a pack names for what residents may start is drawn: a question mark would say nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CircleQuestionMark } from '@lucide/vue'
import { expect, test } from 'vitest'
import { iconOf } from '../src/icons'

const packs = join(import.meta.dirname, '../../../../packs')
const files = readdirSync(packs, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
const texts = new Map(files.map((name) => [name, readFileSync(join(packs, name), 'utf8')]))

function lines(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((found) => found[1]!)
}
const offered = [...texts].filter(([name, text]) => name.includes('/kinds/') && /^report: true/m.test(text))
const taxonomies = offered.flatMap(([, text]) => lines(text, /^taxonomy: (\w+)/gm))
const named = [
  ...offered.flatMap(([, text]) => lines(text, /^icon: ([\w-]+)/gm)),
  ...taxonomies.flatMap((taxonomy) =>
    [...texts.values()].flatMap((text) => {
      const block = new RegExp(`^  ${taxonomy}:.*\\n((?: {4}.*\\n)+)`, 'm').exec(text)?.[1] ?? ''
      return lines(block, /icon: ([\w-]+)/g)
    }),
  ),
]

test('there are packs, and they name pictures', () => {
  expect(offered.length).toBeGreaterThan(5)
  expect(named).toContain('droplets')
  expect(named).toContain('qr-code')
})

test.each([...new Set(named)])('%s is drawn', (name) => {
  expect(iconOf(name) === CircleQuestionMark).toBe(name === 'circle-help')
})
