import { expect, test } from 'vitest'
import { faultsByField, Refusal, sentenceOf, Unreachable } from '../src/problem'
import { flat } from '../src/words'
import en from '../src/words/en'
import zh from '../src/words/zh'

test('every language has the same words', () => {
  expect(Object.keys(flat(en)).sort()).toEqual(Object.keys(flat(zh)).sort())
})

test('every sentence for a fault exists', () => {
  const words = flat(zh)
  for (const status of [400, 401, 403, 404, 409, 413, 422, 429, 500, 503])
    for (const side of ['phone', 'desk'] as const)
      expect(words).toHaveProperty([sentenceOf(new Refusal(status, null), side).key])
  expect(words).toHaveProperty([sentenceOf(new Unreachable(), 'phone').key])
  expect(words).toHaveProperty([sentenceOf(new Error('x'), 'desk').key])
})

test("the server's sentences are found by field", () => {
  const errors = [
    { at: '/form/description', code: 'required', detail: '请填写' },
    { at: '/place/area', code: 'unknown', detail: '没有这个区域' },
  ]
  expect(faultsByField(new Refusal(422, { errors }))).toEqual({ description: '请填写', place: '没有这个区域' })
})

test('a conflict says what the server says about who did what', () => {
  expect(sentenceOf(new Refusal(409, { detail: '李明刚刚派给了城管科。' }), 'desk').detail).toBe(
    '李明刚刚派给了城管科。',
  )
})
