// Conditions of forms (visible_when, required_when), evaluated as on the server.
import { evaluate } from './expression_local'

export type Facts = Record<string, unknown>

// A condition that cannot be judged here (a fact only the server knows) shows the field and does not demand it: the
// server has the last word.
export function holds(condition: unknown, facts: Facts, otherwise: boolean): boolean {
  if (condition === undefined || condition === null) return otherwise
  try {
    return evaluate(condition as never, facts as never) === true
  } catch {
    return otherwise
  }
}
