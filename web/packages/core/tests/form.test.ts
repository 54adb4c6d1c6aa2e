import { expect, test } from 'vitest'
import type { FieldView } from '../src/client'
import { check, idCardHolds, initial, isRequired, visible, wire } from '../src/form'

const field = (name: string, type: string, more: Partial<FieldView> = {}): FieldView => ({
  name,
  type,
  label: { zh: name, en: name },
  required: false,
  options: [],
  is_private: false,
  staff_only: false,
  ...more,
})
const notSatisfied = { op: 'not', args: [{ name: 'input.satisfied', type: 'flag' }] }
const rating = [
  field('satisfied', 'flag', { required: true }),
  field('reason', 'text', { required_when: notSatisfied, visible_when: notSatisfied, max: 5 }),
]
const resident = { staff: false, record: {} }

test('a reason is asked and required only of somebody who is not satisfied', () => {
  const values = initial(rating)
  expect(visible(rating, { ...values, satisfied: true }, resident).map((one) => one.name)).toEqual(['satisfied'])
  expect(check(rating, { ...values, satisfied: true }, resident)).toEqual([])
  expect(isRequired(rating[1]!, rating, { ...values, satisfied: false }, resident)).toBe(true)
  expect(check(rating, { ...values, satisfied: false }, resident).map((one) => one.key)).toEqual(['missing_write'])
})

test('before an answer is chosen nothing is demanded beyond the answer', () => {
  expect(check(rating, initial(rating), resident)).toEqual([{ name: 'satisfied', key: 'missing_choose', named: {} }])
})

test('a condition on facts that only the server knows shows the field and does not demand it', () => {
  const condition = {
    op: '<',
    args: [
      { name: 'times.extend', type: 'number' },
      { value: 2, type: 'number' },
    ],
  }
  const fields = [field('reason', 'text', { visible_when: condition, required_when: condition })]
  expect(visible(fields, {}, resident)).toHaveLength(1)
  expect(check(fields, {}, resident)).toEqual([])
})

test('length counts characters as people do', () => {
  expect(check([field('a', 'text', { max: 2 })], { a: '𠮷野' }, resident)).toEqual([])
  expect(check([field('a', 'text', { max: 2 })], { a: '𠮷野家' }, resident)[0]).toMatchObject({
    key: 'long',
    named: { max: 2, length: 3 },
  })
})

test('phones and identity cards are checked as the design says', () => {
  expect(check([field('p', 'phone')], { p: '1380013800' }, resident)[0]?.key).toBe('phone')
  expect(check([field('p', 'phone')], { p: '13800138000' }, resident)).toEqual([])
  expect(idCardHolds('11010519491231002X')).toBe(true)
  expect(idCardHolds('110105194912310021')).toBe(false)
  expect(check([field('c', 'id_card')], { c: '11010519491231002x' }, resident)).toEqual([])
})

test('residents are not asked what is for staff, and it is not sent for them', () => {
  const fields = [
    field('size', 'choice', { staff_only: true, initial: 'small', required: true }),
    field('what', 'text'),
  ]
  const values = { ...initial(fields), what: '  漏水 ' }
  expect(check(fields, values, { staff: false })).toEqual([])
  expect(wire(fields, values, { staff: false })).toEqual({ what: '漏水' })
  expect(wire(fields, values, { staff: true })).toEqual({ size: 'small', what: '漏水' })
})
