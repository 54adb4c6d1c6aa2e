export interface Point {
  id: string
  lon: number
  lat: number
  look: string // a state's display class, or late
}

// A boundary to draw: GeoJSON geometry in WGS84, a name, and how deep its ground is coloured (0 … 1).
export interface Grid {
  id: string
  name: string
  geometry: unknown
  depth?: number
  colour?: string // of its ground, where the kind of need decides it: "#rrggbb"
}

// A way that somebody went.
export interface Line {
  id: string
  points: readonly (readonly [number, number])[] // lon, lat
  colour?: string // "#rrggbb"
}

export interface Basemap {
  kind?: string // none | xyz
  url?: string
  attribution?: string
  approval?: string // 审图号
}
