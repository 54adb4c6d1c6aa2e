// The forward pass of the "tiny face detector", a small convolutional network. Its weights come from the package
// @vladmandic/face-api; the 1.3 MB of TensorFlow.js that it brings along to multiply them are spared to phones. It is fully
// convolutional: pictures of any size and shape go in, without filling them up to a square.
import { type Area, likeness, type Pixels } from './areas'

// As the package's manifest says it.
export interface Described {
  name: string
  shape: number[]
  quantization: { scale: number; min: number }
}

export interface Found extends Area {
  score: number
}

export type Weights = Map<string, Float32Array>

// Values by row, column and channel.
export interface Layer {
  rows: number
  columns: number
  channels: number
  values: Float32Array
}

const meanColour = [117.001, 114.697, 97.404]
const anchors = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const
const cell = 32 // pixels that one cell of the last layer stands for
const alike = 0.4 // boxes that have more in common mean the same face
const perAnchor = 5 // x, y, width, height, how sure

// Each weight is one byte, to be stretched to its range.
export function weightsOf(bytes: Uint8Array, described: readonly Described[]): Weights {
  const weights: Weights = new Map()
  let from = 0
  for (const { name, shape, quantization } of described) {
    const length = shape.reduce((product, side) => product * side, 1)
    const values = Float32Array.from(
      bytes.subarray(from, from + length),
      (byte) => byte * quantization.scale + quantization.min,
    )
    weights.set(name, values)
    from += length
  }
  if (from !== bytes.length) throw new Error('the model is not the one that was described')
  return weights
}

export function detect(picture: Pixels, weights: Weights, least: number): Found[] {
  return strongest(boxesOf(forward(picture, weights), least))
}

function inputOf({ width, height, data }: Pixels): Layer {
  const values = new Float32Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel += 1)
    for (let colour = 0; colour < 3; colour += 1)
      values[pixel * 3 + colour] = (data[pixel * 4 + colour]! - meanColour[colour]!) / 255
  return { rows: height, columns: width, channels: 3, values }
}

export function forward(picture: Pixels, weights: Weights): Layer {
  const weight = (name: string) => weights.get(name)!
  let layer = halved(leaky(firstLayer(inputOf(picture), weight('conv0/filters'), weight('conv0/bias'))))
  for (const name of ['conv1', 'conv2', 'conv3', 'conv4', 'conv5']) {
    const around = depthwise(layer, weight(`${name}/depthwise_filter`))
    const mixed = leaky(mix(around, weight(`${name}/pointwise_filter`), weight(`${name}/bias`)))
    layer = name === 'conv5' ? pooled(mixed, 1) : halved(mixed)
  }
  return mix(layer, weight('conv8/filters'), weight('conv8/bias'))
}

// 3 × 3 over all three colours, without a border; row by row, because the patches take nine times the room of the picture.
function firstLayer(input: Layer, filters: Float32Array, bias: Float32Array): Layer {
  const [rows, columns, channels] = [input.rows - 2, input.columns - 2, bias.length]
  const values = new Float32Array(rows * columns * channels)
  for (let row = 0; row < rows; row += 1)
    values.set(mix(patchesOf(input, row), filters, bias).values, row * columns * channels)
  return { rows, columns, channels, values }
}

// The 3 × 3 pixels from each of a row on, as channels of one pixel.
function patchesOf({ columns: wide, channels, values: from }: Layer, row: number): Layer {
  const columns = wide - 2
  const taken = channels * 3
  const values = new Float32Array(columns * taken * 3)
  for (let column = 0, to = 0; column < columns; column += 1)
    for (let down = 0; down < 3; down += 1, to += taken) {
      const there = ((row + down) * wide + column) * channels
      for (let index = 0; index < taken; index += 1) values[to + index] = from[there + index]!
    }
  return { rows: 1, columns, channels: taken * 3, values }
}

// 3 × 3 within each channel; beyond the border there is nothing.
function depthwise({ rows, columns, channels, values: from }: Layer, filter: Float32Array): Layer {
  const values = new Float32Array(from.length)
  for (let row = 0; row < rows; row += 1)
    for (let down = Math.max(-1, -row); down <= 1 && row + down < rows; down += 1)
      for (let column = 0; column < columns; column += 1)
        for (let right = Math.max(-1, -column); right <= 1 && column + right < columns; right += 1) {
          const to = (row * columns + column) * channels
          const there = to + (down * columns + right) * channels
          const tap = ((down + 1) * 3 + right + 1) * channels
          for (let channel = 0; channel < channels; channel += 1)
            values[to + channel]! += from[there + channel]! * filter[tap + channel]!
        }
  return { rows, columns, channels, values }
}

// Each pixel's channels, weighed into new ones: nearly all of the time goes here. Four pixels at once, so that a weight is read
// once for the four and the sums stay in registers.
function mix(
  { rows, columns, channels: taken, values: from }: Layer,
  filters: Float32Array,
  bias: Float32Array,
): Layer {
  const channels = bias.length
  const pixels = rows * columns
  const values = new Float32Array(pixels * channels)
  const turned = transposed(filters, channels)
  for (let pixel = 0; pixel < pixels; pixel += 4) {
    const first = pixel * taken
    const second = Math.min(pixel + 1, pixels - 1) * taken
    const third = Math.min(pixel + 2, pixels - 1) * taken
    const fourth = Math.min(pixel + 3, pixels - 1) * taken
    for (let channel = 0; channel < channels; channel += 1) {
      let [one, two, three, four] = [0, 0, 0, 0]
      const filter = channel * taken
      for (let index = 0; index < taken; index += 1) {
        const weight = turned[filter + index]!
        one += weight * from[first + index]!
        two += weight * from[second + index]!
        three += weight * from[third + index]!
        four += weight * from[fourth + index]!
      }
      const to = pixel * channels + channel
      values[to] = one + bias[channel]!
      // Beyond the last pixel an array takes nothing.
      values[to + channels] = two + bias[channel]!
      values[to + channels * 2] = three + bias[channel]!
      values[to + channels * 3] = four + bias[channel]!
    }
  }
  return { rows, columns, channels, values }
}

function transposed(filters: Float32Array, channels: number): Float32Array {
  const taken = filters.length / channels
  return filters.map((_, index) => filters[(index % taken) * channels + Math.trunc(index / taken)]!)
}

function leaky(layer: Layer): Layer {
  const { values } = layer
  for (let index = 0; index < values.length; index += 1) if (values[index]! < 0) values[index]! *= 0.1
  return layer
}

const halved = (layer: Layer) => pooled(layer, 2)

// The largest of 2 × 2; at the far border of what is there.
function pooled({ rows: high, columns: wide, channels, values: from }: Layer, step: number): Layer {
  const [rows, columns] = [Math.ceil(high / step), Math.ceil(wide / step)]
  const values = new Float32Array(rows * columns * channels).fill(-Infinity)
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const to = (row * columns + column) * channels
      for (let down = row * step; down < Math.min(row * step + 2, high); down += 1)
        for (let right = column * step; right < Math.min(column * step + 2, wide); right += 1) {
          const there = (down * wide + right) * channels
          for (let channel = 0; channel < channels; channel += 1)
            if (from[there + channel]! > values[to + channel]!) values[to + channel] = from[there + channel]!
        }
    }
  return { rows, columns, channels, values }
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value))

function boxesOf({ rows, columns, values }: Layer, least: number): Found[] {
  const found: Found[] = []
  for (let at = 0; at < rows * columns * anchors.length; at += 1) {
    const [across, down, wide, high, sure] = values.subarray(at * perAnchor, (at + 1) * perAnchor)
    const score = sigmoid(sure!)
    if (score < least) continue
    const place = Math.trunc(at / anchors.length)
    const [anchorWide, anchorHigh] = anchors[at % anchors.length]!
    const width = Math.exp(wide!) * anchorWide * cell
    const height = Math.exp(high!) * anchorHigh * cell
    const x = ((place % columns) + sigmoid(across!)) * cell - width / 2
    const y = (Math.trunc(place / columns) + sigmoid(down!)) * cell - height / 2
    found.push({ x, y, width, height, score })
  }
  return found
}

// Of boxes that mean the same face, the surest.
function strongest(found: Found[]): Found[] {
  const kept: Found[] = []
  for (const one of [...found].sort((a, b) => b.score - a.score))
    if (kept.every((other) => likeness(one, other) <= alike)) kept.push(one)
  return kept
}
