// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type KindView, setLanguage, useKinds } from '../src'

const patrol = {
  kind: 'patrol',
  name: { zh: '巡查', en: 'Patrol' },
  categories: [{ code: 'fishing', name: { zh: '捕捞', en: 'Fishing' } }],
  form: [
    { name: 'water', options: [{ value: 'river', name: { zh: '江面', en: 'River' } }] },
    { name: 'notes', options: [] },
  ],
} as unknown as KindView

beforeEach(() => {
  setActivePinia(createPinia())
  useKinds().views.set('patrol', patrol)
})
afterEach(() => setLanguage('zh-CN'))

test('what a pack calls a record is said in the language of the reader, what somebody wrote stays', () => {
  const kinds = useKinds()
  const called = (title: string) => kinds.titleOf({ kind: 'patrol', title })
  expect(['江面', '捕捞', '巡查', '码头 3 号'].map(called)).toEqual(['江面', '捕捞', '巡查', '码头 3 号'])
  setLanguage('en')
  expect(['江面', '捕捞', '巡查', '码头 3 号'].map(called)).toEqual(['River', 'Fishing', 'Patrol', '码头 3 号'])
})

test('kind and title together say nothing twice', () => {
  const kinds = useKinds()
  setLanguage('en')
  expect(kinds.nameOf({ kind: 'patrol', title: '江面' })).toBe('Patrol · River')
  expect(kinds.nameOf({ kind: 'patrol', title: '巡查' })).toBe('Patrol')
  expect(kinds.nameOf({ kind: 'patrol', title: '' })).toBe('Patrol')
})
