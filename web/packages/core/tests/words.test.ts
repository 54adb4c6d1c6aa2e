// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import deskDuty from '../../../apps/desk/src/words/duty.en'
import desk from '../../../apps/desk/src/words/en'
import imports from '../../../apps/desk/src/words/imports.en'
import deskLedger from '../../../apps/desk/src/words/ledger.en'
import outgoing from '../../../apps/desk/src/words/outgoing.en'
import duties from '../../../apps/portal/src/duties/words.en'
import portal from '../../../apps/portal/src/words/en'
import ledger from '../../../apps/portal/src/words/ledger.en'
import cover from '../../ui/src/coverWords.en'
import feed from '../../ui/src/feedWords.en'
import tell from '../../ui/src/tellWords.en'
import { createWords, setLanguage, useWords } from '../src'
import shared from '../src/words/en'
import { flat } from '../src/words'

const all = { shared, portal, ledger, duties, desk, deskDuty, deskLedger, imports, outgoing, cover, feed, tell }
const messages = Object.entries(all).flatMap(([from, words]) =>
  Object.entries(flat(words as Record<string, unknown>)).map(([key, text]) => ({ key: `${from}.${key}`, text })),
)
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join()

test('English counts have a form for one and a form for many', () => {
  const unformed = messages.filter(({ text }) => !text.includes(' | ') && /\{n\} (?!is\b)[a-z]+s\b|\(e?s\)/.test(text))
  expect(unformed).toEqual([])
})

test('both forms say the same things', () => {
  const formed = messages.filter(({ text }) => text.includes(' | '))
  expect(formed.length).toBeGreaterThan(20)
  for (const { key, text } of formed) {
    const forms = text.split(' | ')
    expect(forms, key).toHaveLength(2)
    // "the row" needs no number
    if (placeholders(forms[0]!)) expect(placeholders(forms[0]!), key).toBe(placeholders(forms[1]!))
  }
})

test('the count chooses the form', async () => {
  await createWords({ found: '{n} 张照片' }, async () => ({
    default: { found: '{n} photo | {n} photos' },
  }))
  const Counts = {
    setup() {
      const t = useWords()
      return () => [0, 1, 2].map((n) => t('found', { n })).join(', ')
    },
  }
  const page = mount(Counts)
  expect(page.text()).toBe('0 张照片, 1 张照片, 2 张照片')
  setLanguage('en')
  await expect.poll(() => page.text()).toBe('0 photos, 1 photo, 2 photos')
  setLanguage('zh-CN')
})
