// The desk opens maps lazily; what draws them comes along.
export const gridBoundaries = async (within: string) => (await import('@tongxin/map')).gridBoundaries(within)
