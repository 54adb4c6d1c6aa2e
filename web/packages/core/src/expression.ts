// Evaluates the conditions of packs (visible when, required when) in the browser, from the syntax tree that the server
// sends: the same language and the same results as src/pack/expression.hpp, held to it by the shared vectors in
// tests/pack/expression_vectors.json. The server has checked the types; nothing here throws, whatever the values are.
//
// Null stands for "not filled in": it makes what it touches null, and a condition that comes out null counts as false
// (holds). Days are "2026-03-09" and compare as text; times are read from RFC 3339 to milliseconds.

export type Type = 'nothing' | 'number' | 'text' | 'flag' | 'day' | 'time' | 'texts'
export type Operator =
  | 'negate'
  | '+'
  | '-'
  | '*'
  | '/'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'and'
  | 'or'
  | 'not'
  | 'in'
  | 'empty'
  | 'if'
  | 'count'
  | 'length'
  | 'days_between'
  | 'min'
  | 'max'
  | 'round'
  | 'contains'
  | 'starts_with'

export type Expression =
  | { value: string | number | boolean | null; type?: Type }
  | { name: string; type: Type }
  | { op: Operator; args: Expression[]; list?: (string | number)[] }

export type Value = string | number | boolean | null | readonly unknown[]
export type Lookup = (name: string) => unknown

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && dayNumber(text) !== null

// Days since 1970-01-01, or null when there is no such day ("2026-02-29").
function dayNumber(text: string): number | null {
  const millis = Date.parse(text + 'T00:00:00Z')
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== text) return null
  return millis / 86_400_000
}

// A form's or a record's value as the type says; null where it is not of that type.
function typed(value: unknown, type: Type | undefined): Value {
  switch (type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : null
    case 'flag':
      return typeof value === 'boolean' ? value : null
    case 'texts':
      return Array.isArray(value) ? value : null
    case 'text':
      return typeof value === 'string' ? value : null
    case 'day':
      return typeof value === 'string' && isDay(value) ? value : null
    case 'time': {
      const millis = typeof value === 'string' && /[Tt ].*([Zz]|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : NaN
      return Number.isNaN(millis) ? null : millis
    }
    default:
      return (value ?? null) as Value
  }
}

const finite = (value: number): Value => (Number.isFinite(value) ? value : null)
const isEmpty = (value: Value) => value === null || value === '' || (Array.isArray(value) && value.length === 0)

function arithmetic(op: Operator, a: Value, b: Value): Value {
  if (typeof a !== 'number' || typeof b !== 'number') return null
  switch (op) {
    case '+':
      return finite(a + b)
    case '-':
      return finite(a - b)
    case '*':
      return finite(a * b)
    default:
      return b === 0 ? null : finite(a / b)
  }
}

function compare(op: Operator, a: Value, b: Value): Value {
  if (a === null || b === null || typeof a !== typeof b) return null
  switch (op) {
    case '=':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '<=':
      return a <= b
    case '>':
      return a > b
    default:
      return a >= b
  }
}

// `enough` is what decides alone: false for and, true for or.
function connect(enough: boolean, a: Value, b: Value): Value {
  if (a === enough || b === enough) return enough
  return a === null || b === null ? null : !enough
}

function extreme(op: Operator, values: Value[]): Value {
  let best = values[0] ?? null
  for (const value of values) {
    if (value === null || best === null) return null
    if (op === 'min' ? value < best : value > best) best = value
  }
  return best
}

function contains(where: Value, what: Value): Value {
  if (typeof what !== 'string') return null
  if (typeof where === 'string' || Array.isArray(where)) return where.includes(what)
  return null
}

function daysBetween(from: Value, until: Value): Value {
  if (typeof from !== 'string' || typeof until !== 'string') return null
  const a = dayNumber(from)
  const b = dayNumber(until)
  return a === null || b === null ? null : b - a
}

// Halves away from zero; adding zero turns -0 into 0.
function round(value: Value): Value {
  if (typeof value !== 'number') return null
  const whole = Math.floor(Math.abs(value) + 0.5)
  return (value < 0 ? -whole : whole) + 0
}

function apply(op: Operator, list: readonly (string | number)[], values: Value[]): Value {
  const a = values[0] ?? null
  const b = values[1] ?? null
  switch (op) {
    case 'negate':
      return typeof a === 'number' ? 0 - a : null
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(op, a, b)
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(op, a, b)
    case 'and':
      return connect(false, a, b)
    case 'or':
      return connect(true, a, b)
    case 'not':
      return typeof a === 'boolean' ? !a : null
    case 'in':
      return a === null ? null : list.includes(a as string | number)
    case 'empty':
      return isEmpty(a)
    case 'if':
      return a === true ? b : (values[2] ?? null)
    case 'count':
      return Array.isArray(a) ? a.length : 0
    case 'length':
      return typeof a === 'string' ? [...a].length : 0
    case 'days_between':
      return daysBetween(a, b)
    case 'min':
    case 'max':
      return extreme(op, values)
    case 'round':
      return round(a)
    case 'contains':
      return contains(a, b)
    case 'starts_with':
      return typeof a === 'string' && typeof b === 'string' ? a.startsWith(b) : null
  }
}

export function evaluate(expression: Expression, lookup: Lookup): Value {
  if ('value' in expression) return typed(expression.value, expression.type)
  if ('name' in expression) return typed(lookup(expression.name), expression.type)
  return apply(
    expression.op,
    expression.list ?? [],
    expression.args.map((argument) => evaluate(argument, lookup)),
  )
}

// Does the condition hold? Null, "not known", does not.
export function holds(expression: Expression, lookup: Lookup): boolean {
  return evaluate(expression, lookup) === true
}

// The names it speaks of, each once: so that a form knows what to watch, and what only the server can judge.
export function namesOf(expression: Expression): string[] {
  if ('value' in expression) return []
  if ('name' in expression) return [expression.name]
  return [...new Set(expression.args.flatMap(namesOf))]
}
