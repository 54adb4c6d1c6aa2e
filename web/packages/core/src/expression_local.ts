// Stands in for expression.ts, which evaluates the packs' conditions by the vectors shared with the server. Unknown nodes
// throw; condition.ts then leaves the judgement to the server.
type Node = unknown

function read(path: string[], facts: Record<string, unknown>): unknown {
  let value: unknown = facts
  for (const step of path) value = value && typeof value === 'object' ? (value as Record<string, unknown>)[step] : null
  return value ?? null
}

export function evaluate(ast: Node, facts: Record<string, unknown>): unknown {
  if (ast === null || typeof ast !== 'object') return ast
  const node = ast as Record<string, unknown>
  if (Array.isArray(node.path)) return read(node.path as string[], facts)
  if ('not' in node) return evaluate(node.not, facts) !== true
  if (Array.isArray(node.and)) return node.and.every((part) => evaluate(part, facts) === true)
  if (Array.isArray(node.or)) return node.or.some((part) => evaluate(part, facts) === true)
  if (Array.isArray(node.equal)) return evaluate(node.equal[0], facts) === evaluate(node.equal[1], facts)
  throw new Error('unknown condition')
}
