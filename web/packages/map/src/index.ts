export { gridBoundaries } from './boundaries'
export { default as TxMap } from './TxMap.vue'
export type { Grid, Line, Point } from './types'
