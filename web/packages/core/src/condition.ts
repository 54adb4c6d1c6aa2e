// Conditions of forms (visible_when, required_when), evaluated as on the server.
import { type Expression, holds as holdsExpression, namesOf } from './expression'

export type Facts = Record<string, unknown>

// Names are dotted paths: "input.satisfied", "form.size", "urgent".
export function look(facts: Facts, name: string): unknown {
  if (name in facts) return facts[name]
  return name
    .split('.')
    .reduce<unknown>((value, step) => (value && typeof value === 'object' ? (value as Facts)[step] : undefined), facts)
}

// A condition about facts that only the server knows (times.extend, level) shows the field and does not demand it: the
// server has the last word.
export function holds(condition: unknown, facts: Facts, otherwise: boolean): boolean {
  if (condition === undefined || condition === null) return otherwise
  const expression = condition as Expression
  const unknown = namesOf(expression).some((name) => !(name in facts) && !((name.split('.')[0] ?? '') in facts))
  if (unknown) return otherwise
  return holdsExpression(expression, (name) => look(facts, name))
}
