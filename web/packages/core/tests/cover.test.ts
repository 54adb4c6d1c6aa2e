import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import {
  type Area,
  blocksOf,
  clamp,
  enlarge,
  holds,
  likeness,
  merge,
  move,
  pixelate,
  type Pixels,
  resize,
} from '../src/cover/areas'
import { type Described, detect, forward, weightsOf } from '../src/cover/network'

// Numbers that look arbitrary and are the same in every run.
function numbers(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x7fffffff) * below)
  }
}
function noise(width: number, height: number, next: (below: number) => number): Pixels {
  return { width, height, data: Uint8ClampedArray.from({ length: width * height * 4 }, () => next(256)) }
}
const colourAt = ({ width, data }: Pixels, x: number, y: number) => {
  const at = (y * width + x) * 4
  return data.slice(at, at + 4).join()
}

test('whatever is covered: nothing beside it changes, and within it no more is left than its blocks', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const next = numbers(seed)
    const picture = noise(20 + next(60), 20 + next(60), next)
    const before = { ...picture, data: picture.data.slice() }
    // Also beyond the edges, and with halves of pixels.
    const area = { x: next(160) / 2 - 20, y: next(160) / 2 - 20, width: next(120) / 2, height: next(120) / 2 }
    const within = clamp(area, picture)
    pixelate(picture, [area])
    const colours = new Set<string>()
    let changed = 0
    for (let y = 0; y < picture.height; y += 1)
      for (let x = 0; x < picture.width; x += 1)
        if (within && holds(within, x, y)) colours.add(colourAt(picture, x, y).replace(/,\d+$/, ''))
        else if (colourAt(picture, x, y) !== colourAt(before, x, y)) changed += 1
    expect(changed, `seed ${seed}`).toBe(0)
    const blocks = within ? blocksOf(within) : []
    expect(colours.size, `seed ${seed}`).toBeLessThanOrEqual(blocks.length)
    expect(blocks.length).toBeLessThanOrEqual(64)
  }
})

test('two pictures whose blocks are nearly alike are covered alike', () => {
  const flat = (value: number): Pixels => ({
    width: 64,
    height: 64,
    data: new Uint8ClampedArray(64 * 64 * 4).fill(value),
  })
  const [one, other] = [flat(100), flat(115)]
  for (const picture of [one, other]) pixelate(picture, [{ x: 0, y: 0, width: 64, height: 64 }])
  expect(colourAt(one, 5, 5).split(',').slice(0, 3)).toEqual(colourAt(other, 5, 5).split(',').slice(0, 3))
})

test('an area keeps to the picture, and one beside it is none', () => {
  const picture = { width: 100, height: 50 }
  expect(clamp({ x: -10, y: -10, width: 30.5, height: 20 }, picture)).toEqual({ x: 0, y: 0, width: 21, height: 10 })
  expect(clamp({ x: 90, y: 40, width: 50, height: 50 }, picture)).toEqual({ x: 90, y: 40, width: 10, height: 10 })
  expect(clamp({ x: 100, y: 0, width: 10, height: 10 }, picture)).toBeNull()
  expect(clamp({ x: 10, y: 10, width: 0, height: 10 }, picture)).toBeNull()
})

test('a face is framed with hair and chin', () => {
  expect(enlarge({ x: 100, y: 100, width: 80, height: 40 })).toEqual({ x: 90, y: 95, width: 100, height: 50 })
})

test('what means the same face is one, neighbours stay two', () => {
  const face: Area = { x: 0, y: 0, width: 40, height: 40 }
  const again: Area = { x: 5, y: 4, width: 40, height: 40 }
  const inside: Area = { x: 10, y: 10, width: 8, height: 8 }
  const neighbour: Area = { x: 36, y: 0, width: 40, height: 40 }
  expect(merge([face, neighbour, again, inside])).toEqual([neighbour, { x: 0, y: 0, width: 45, height: 44 }])
  expect(likeness(face, face)).toBe(1)
  expect(likeness(face, { ...face, x: 40 })).toBe(0)
})

test('arrow keys move and resize within the picture', () => {
  const picture = { width: 100, height: 100 }
  const area = { x: 80, y: 80, width: 15, height: 15 }
  expect(move(area, [10, -90], picture)).toEqual({ x: 85, y: 0, width: 15, height: 15 })
  expect(resize(area, [10, -90], picture)).toEqual({ x: 80, y: 80, width: 20, height: 8 })
})

const model = createRequire(import.meta.url).resolve('@vladmandic/face-api/model/tiny_face_detector_model.bin')
const bytes = new Uint8Array(readFileSync(model))
const described = (
  JSON.parse(readFileSync(model.replace('.bin', '-weights_manifest.json'), 'utf8')) as { weights: Described[] }[]
)[0]!.weights

test('a model that is not the one described is refused', () => {
  expect(() => weightsOf(bytes.subarray(1), described)).toThrow()
})

test('an empty picture has no face', () => {
  const grey: Pixels = { width: 96, height: 64, data: new Uint8ClampedArray(96 * 64 * 4).fill(128) }
  expect(detect(grey, weightsOf(bytes, described), 0.4)).toEqual([])
})

interface Tensor {
  data(): Promise<Float32Array>
}
interface Package {
  tf: {
    setBackend(name: string): Promise<boolean>
    ready(): Promise<void>
    tensor4d(values: number[], shape: number[]): Tensor
    tensor(values: Float32Array, shape: number[]): Tensor
  }
  TinyFaceDetector: new () => {
    loadFromWeightMap(weights: Record<string, Tensor>): void
    forward(input: Tensor, size: number): Promise<Tensor>
  }
}

test('the network answers as the one of the package does', { timeout: 60_000 }, async () => {
  const name = '@vladmandic/face-api/dist/face-api.esm.js'
  const { tf, TinyFaceDetector } = (await import(/* @vite-ignore */ name)) as Package
  await tf.setBackend('cpu')
  await tf.ready()
  const weights = weightsOf(bytes, described)
  const theirs = new TinyFaceDetector()
  theirs.loadFromWeightMap(
    Object.fromEntries(described.map(({ name, shape }) => [name, tf.tensor(weights.get(name)!, shape)])),
  )
  const picture = noise(128, 128, numbers(7))
  const colours = [...picture.data].filter((_, at) => at % 4 < 3)
  const expected = await (await theirs.forward(tf.tensor4d(colours, [1, 128, 128, 3]), 128)).data()
  const { values } = forward(picture, weights)
  expect(values).toHaveLength(expected.length)
  for (const [at, value] of values.entries()) expect(value).toBeCloseTo(expected[at]!, 3)
})
