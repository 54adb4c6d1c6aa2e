// What is covered in a picture: rectangles of it, made so coarse that nobody can be recognised and nothing read.
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

export interface Size {
  width: number
  height: number
}

export interface Pixels extends Size {
  data: Uint8ClampedArray // RGBA
}

const across = 8 // blocks along the longer side
const leastBlock = 8 // pixels: a small area gets fewer blocks instead of finer ones
// A block's colour keeps so many steps of 256. The characters of a plate are few and known: with exact averages one could try
// them out.
const step = 32

// Whole pixels within the picture; null when nothing of it lies there.
export function clamp(area: Area, { width, height }: Size): Area | null {
  const left = Math.max(0, Math.floor(area.x))
  const top = Math.max(0, Math.floor(area.y))
  const right = Math.min(width, Math.ceil(area.x + area.width))
  const bottom = Math.min(height, Math.ceil(area.y + area.height))
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : null
}

// A detector frames eyes to mouth; hair and chin tell who somebody is as well.
export function enlarge(area: Area, by = 0.25): Area {
  const [more, higher] = [area.width * by, area.height * by]
  return { x: area.x - more / 2, y: area.y - higher / 2, width: area.width + more, height: area.height + higher }
}

// Moved or made larger by so much, and still within the picture.
export function move(area: Area, [right, down]: readonly [number, number], { width, height }: Size): Area {
  const x = Math.max(0, Math.min(width - area.width, area.x + right))
  const y = Math.max(0, Math.min(height - area.height, area.y + down))
  return { ...area, x, y }
}

export function resize(area: Area, [right, down]: readonly [number, number], { width, height }: Size): Area {
  return {
    ...area,
    width: Math.max(leastBlock, Math.min(width - area.x, area.width + right)),
    height: Math.max(leastBlock, Math.min(height - area.y, area.height + down)),
  }
}

export const holds = (area: Area, x: number, y: number) =>
  x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height

function common(one: Area, other: Area): number {
  const wide = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const high = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  return wide > 0 && high > 0 ? wide * high : 0
}

// Which part of both together they have in common, 0 to 1.
export function likeness(one: Area, other: Area): number {
  const both = common(one, other)
  return both && both / (one.width * one.height + other.width * other.height - both)
}

// Areas that mean the same thing become one. Neighbours who merely touch stay apart, so that each can be uncovered alone.
export function merge(areas: readonly Area[]): Area[] {
  const merged: Area[] = []
  for (let next of areas) {
    let same: number
    while ((same = merged.findIndex((one) => isSame(one, next))) >= 0) next = around(merged.splice(same, 1)[0]!, next)
    merged.push(next)
  }
  return merged
}

const isSame = (one: Area, other: Area) =>
  common(one, other) > Math.min(one.width * one.height, other.width * other.height) / 2

function around(one: Area, other: Area): Area {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)]
  const right = Math.max(one.x + one.width, other.x + other.width)
  const bottom = Math.max(one.y + one.height, other.y + other.height)
  return { x, y, width: right - x, height: bottom - y }
}

// Changes the pixels it is given. What was there cannot be had back from what is left.
export function pixelate(pixels: Pixels, areas: readonly Area[]): void {
  for (const area of areas) {
    const within = clamp(area, pixels)
    if (within) for (const block of blocksOf(within)) flatten(pixels, block)
  }
}

export function blocksOf(area: Area): Area[] {
  const side = Math.max(leastBlock, Math.ceil(Math.max(area.width, area.height) / across))
  const blocks: Area[] = []
  for (let y = 0; y < area.height; y += side)
    for (let x = 0; x < area.width; x += side)
      blocks.push({
        x: area.x + x,
        y: area.y + y,
        width: Math.min(side, area.width - x),
        height: Math.min(side, area.height - y),
      })
  return blocks
}

function flatten({ width, data }: Pixels, block: Area): void {
  const sums = [0, 0, 0]
  const each = (visit: (at: number) => void) => {
    for (let y = block.y; y < block.y + block.height; y += 1)
      for (let x = block.x; x < block.x + block.width; x += 1) visit((y * width + x) * 4)
  }
  each((at) => {
    for (let colour = 0; colour < 3; colour += 1) sums[colour]! += data[at + colour]!
  })
  const colours = sums.map((sum) => coarse(sum / (block.width * block.height)))
  each((at) => data.set(colours, at))
}

const coarse = (value: number) => Math.floor(value / step) * step + step / 2
