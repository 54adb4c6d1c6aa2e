// How things on the map look: thin lines, pale grounds, colours of the states (5.4 and 5.8 of the design).
import { Circle, Fill, Stroke, Style, Text } from 'ol/style'

export const colours: Record<string, string> = {
  waiting: '#b5470b',
  accepted: '#1d4e91',
  handling: '#0b5d66',
  checking: '#5a3a8c',
  done: '#1c653a',
  ended: '#4a5558',
  paused: '#5e5200',
  late: '#b0241c',
}

const family = '"PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'
const font = `13px ${family}`
const dots = new Map<string, Style>()

export function dot(look: string, chosen: boolean): Style {
  const key = `${look}${chosen}`
  let style = dots.get(key)
  if (!style) {
    style = new Style({
      image: new Circle({
        radius: chosen ? 11 : 8,
        fill: new Fill({ color: colours[look] ?? colours.ended! }),
        stroke: new Stroke({ color: chosen ? '#1b2426' : '#fff', width: chosen ? 3 : 2 }),
      }),
      zIndex: chosen ? 10 : 1,
    })
    dots.set(key, style)
  }
  return style
}

export function way(colour: string, chosen: boolean): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: '#fff', width: chosen ? 9 : 6 }), zIndex: chosen ? 8 : 1 }),
    new Style({ stroke: new Stroke({ color: colour, width: chosen ? 5 : 3 }), zIndex: chosen ? 9 : 2 }),
  ]
}

export function cluster(count: number): Style {
  return new Style({
    image: new Circle({
      radius: 14,
      fill: new Fill({ color: '#0b5d66' }),
      stroke: new Stroke({ color: '#fff', width: 2 }),
    }),
    text: new Text({ text: String(count), font: `600 ${font}`, fill: new Fill({ color: '#fff' }) }),
  })
}

function withAlpha(colour: string, alpha: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
  return `rgba(${red},${green},${blue},${alpha.toFixed(2)})`
}

export interface Ground {
  name: string
  depth?: number
  colour?: string
  chosen: boolean
  dark: boolean
  letters?: number // px
}

export function ground({ name, depth, colour, chosen, dark, letters }: Ground): Style {
  const own = dark ? '#5cc7cf' : '#0b5d66'
  const fill =
    depth === undefined
      ? withAlpha(own, 0.05)
      : withAlpha(colour ?? (dark ? '#f2a65a' : '#b5470b'), (colour ? 0.22 : 0.08) + depth * 0.5)
  return new Style({
    fill: new Fill({ color: fill }),
    stroke: new Stroke({ color: dark ? '#5cc7cf' : '#0b5d66', width: chosen ? 3 : 1 }),
    text: new Text({
      text: name,
      font: letters ? `600 ${letters}px ${family}` : font,
      fill: new Fill({ color: dark ? '#e8f1f2' : '#1b2426' }),
      stroke: new Stroke({ color: dark ? '#0e1b1f' : '#fff', width: 3 }),
      overflow: false,
    }),
  })
}
