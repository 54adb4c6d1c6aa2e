// What a form needs to know, from FieldViews alone: first values, what is shown, what is wrong.
import type { FieldView, RecordView } from './client'
import { type Facts, holds } from './condition'
import { characters } from './format'

export type Values = Record<string, unknown>
export interface FormFault {
  name: string
  key: string // under `check` in the words
  named: Record<string, string | number>
}

export interface FormContext {
  record?: Values // the record's own form, for conditions of actions
  facts?: Facts // urgent, category, …
  staff: boolean
  self?: string // the record that is acted on: no field offers it to itself
}

// What was entered at first, as its reader may know it: in the record's form, or, for what is shown to its author alone, only
// with the event that entered it.
export function entered(record: Pick<RecordView, 'form' | 'timeline'>): Values {
  const first = record.timeline.find((event) => event.action === 'create')
  return { ...(first?.form as Values | undefined), ...record.form }
}

export function initial(fields: readonly FieldView[]): Values {
  const values: Values = {}
  for (const field of fields) {
    if (field.initial !== undefined && field.initial !== null) values[field.name] = field.initial
    else if (['choices', 'orgs', 'records', 'files'].includes(field.type)) values[field.name] = []
    else values[field.name] = null
  }
  return values
}

// Every field is known, filled in or not; what else is known is the record's own form and what the page adds.
function factsOf(fields: readonly FieldView[], values: Values, context: FormContext): Facts {
  const input = Object.fromEntries(fields.map((field) => [field.name, values[field.name] ?? null]))
  return { ...context.record, ...context.facts, ...(context.record ? {} : input), input, form: context.record ?? input }
}

export function visible(fields: readonly FieldView[], values: Values, context: FormContext): FieldView[] {
  const facts = factsOf(fields, values, context)
  return fields.filter((field) => (context.staff || !field.staff_only) && holds(field.visible_when, facts, true))
}

export function isRequired(
  field: FieldView,
  fields: readonly FieldView[],
  values: Values,
  context: FormContext,
): boolean {
  return field.required || holds(field.required_when, factsOf(fields, values, context), false)
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

const idCardWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

// GB 11643: the 18th character is a checksum (ISO 7064, MOD 11-2) over the first 17.
export function idCardHolds(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false
  const sum = idCardWeights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return '10X98765432'[sum % 11] === text[17]
}

function checkNumber(field: FieldView, value: unknown): Omit<FormFault, 'name'> | null {
  const number = Number(value)
  if (!Number.isFinite(number)) return { key: 'number', named: {} }
  if (field.type === 'integer' && !Number.isInteger(number)) return { key: 'integer', named: {} }
  if (field.min != null && number < field.min) return { key: 'least', named: { min: field.min } }
  if (field.max != null && number > field.max) return { key: 'most', named: { max: field.max } }
  return null
}

function checkValue(field: FieldView, value: unknown): Omit<FormFault, 'name'> | null {
  switch (field.type) {
    case 'text':
    case 'long_text': {
      const length = characters(String(value))
      if (field.max != null && length > field.max) return { key: 'long', named: { max: field.max, length } }
      if (field.min != null && length < field.min) return { key: 'short', named: { min: field.min } }
      return null
    }
    case 'phone':
      return /^(1\d{10}|0\d{2,3}-?\d{7,8})$/.test(String(value).trim()) ? null : { key: 'phone', named: {} }
    case 'id_card': {
      const text = String(value).trim().toUpperCase()
      if (!/^\d{17}[\dX]$/.test(text)) return { key: 'id_card_form', named: {} }
      return idCardHolds(text) ? null : { key: 'id_card', named: {} }
    }
    case 'integer':
    case 'number':
    case 'money':
      return checkNumber(field, value)
    case 'files':
    case 'choices':
    case 'orgs':
    case 'records': {
      const length = (value as unknown[]).length
      if (field.max != null && length > field.max) return { key: 'most_items', named: { max: field.max } }
      if (field.min != null && length < field.min) return { key: 'least_items', named: { min: field.min } }
      return null
    }
    default:
      return null
  }
}

export function check(fields: readonly FieldView[], values: Values, context: FormContext): FormFault[] {
  const faults: FormFault[] = []
  for (const field of visible(fields, values, context)) {
    const value = values[field.name]
    if (isEmpty(value)) {
      if (isRequired(field, fields, values, context))
        faults.push({ name: field.name, key: `missing_${group(field)}`, named: {} })
      continue
    }
    const wrong = checkValue(field, value)
    if (wrong) faults.push({ name: field.name, ...wrong })
  }
  return faults
}

function group(field: FieldView): 'choose' | 'attach' | 'write' {
  if (
    [
      'choice',
      'choices',
      'flag',
      'stars',
      'org',
      'orgs',
      'person',
      'area',
      'record',
      'records',
      'day',
      'time',
    ].includes(field.type)
  )
    return 'choose'
  return field.type === 'files' ? 'attach' : 'write'
}

// What goes over the wire: shown fields that hold something, typed text trimmed.
export function wire(fields: readonly FieldView[], values: Values, context: FormContext): Values {
  const sent: Values = {}
  for (const field of visible(fields, values, context)) {
    const value = values[field.name]
    if (isEmpty(value)) continue
    if (field.type === 'id_card') sent[field.name] = String(value).trim().toUpperCase()
    else sent[field.name] = typeof value === 'string' ? value.trim() : value
  }
  return sent
}
