import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { evaluate, holds, namesOf, type Expression } from '../src/expression'

interface Case {
  text: string
  values?: Record<string, unknown>
  result?: unknown
  ast?: Expression
}
const path = join(import.meta.dirname, '../../../../tests/pack/expression_vectors.json')
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

test.each(cases.filter((one) => one.ast))('$text', ({ ast, values, result }) => {
  expect(evaluate(ast!, (name) => values![name])).toStrictEqual(result)
})

test('a condition that is not known does not hold', () => {
  expect(holds({ name: 'urgent', type: 'flag' }, () => undefined)).toBe(false)
})

test('names are told once each', () => {
  const urgent: Expression = { name: 'urgent', type: 'flag' }
  expect(namesOf({ op: 'and', args: [urgent, { op: 'or', args: [urgent, { name: 'late', type: 'flag' }] }] })).toEqual([
    'urgent',
    'late',
  ])
})
