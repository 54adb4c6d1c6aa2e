import { expect, test } from 'vitest'
import { addAfter, type Corner, cornersOf, type Grounds, groundOf, moveCorner, removeCorner } from '../src/corners'

// Two squares side by side, that share the edge from (1,0) to (1,1).
const square = (at: number): Corner[] => [
  [at, 0],
  [at + 1, 0],
  [at + 1, 1],
  [at, 1],
]
const grounds = (): Grounds => ({ west: groundOf(square(0))!, east: groundOf(square(1))! })

test('a corner that neighbours share moves for both, another for its own ground alone', () => {
  const both = moveCorner(grounds(), [1, 1], [1.5, 1.25])
  expect(Object.keys(both)).toEqual(['west', 'east'])
  expect(cornersOf(both.west)).toContainEqual([1.5, 1.25])
  expect(cornersOf(both.east)).toContainEqual([1.5, 1.25])
  expect(Object.keys(moveCorner(grounds(), [0, 0], [0.1, 0.1]))).toEqual(['west'])
  expect(moveCorner(grounds(), [9, 9], [8, 8])).toEqual({})
})

test('a ring stays closed when its first corner moves', () => {
  const { west } = moveCorner(grounds(), [0, 0], [0.2, 0.3])
  const [ring] = (west as { coordinates: Corner[][] }).coordinates
  expect(ring![0]).toEqual([0.2, 0.3])
  expect(ring![ring!.length - 1]).toEqual([0.2, 0.3])
})

test('a new corner on a shared edge is in both grounds, so that no gap opens', () => {
  const both = addAfter(grounds(), 'west', [1, 0])
  expect(cornersOf(both.west)).toContainEqual([1, 0.5])
  expect(cornersOf(both.east)).toContainEqual([1, 0.5])
  expect(cornersOf(both.east)).toHaveLength(5)
})

test('corners go, but never the last three', () => {
  expect(cornersOf(removeCorner(grounds(), [0, 0]).west)).toHaveLength(3)
  const three = { one: groundOf(square(0).slice(0, 3))! }
  expect(removeCorner(three, [0, 0])).toEqual({})
  expect(groundOf(square(0).slice(0, 2))).toBeNull()
})
