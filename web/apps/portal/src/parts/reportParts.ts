// What the report shows below its first screen, or only when it applies: one file, so that one request brings it.
export { default as ContactPart } from './ContactPart.vue'
export { default as DangerNote } from './DangerNote.vue'
export { default as PlacePart } from './PlacePart.vue'
export { default as SimilarPart } from './SimilarPart.vue'
