// Covering faces, plates and names in a photo before it is kept or sent. Comes when a photo is chosen, not with the page.
import { canvasOf, jpegOf } from '../photo'
import { type Area, clamp, enlarge, merge, pixelate } from './areas'
import { findFaces } from './faces'

export * from './areas'
export { findFaces }

export async function areasOfFaces(photo: Blob): Promise<Area[]> {
  const canvas = await canvasOf(photo)
  const faces = (await findFaces(canvas)).map((face) => enlarge(face))
  return merge(faces).flatMap((face) => clamp(face, canvas) ?? [])
}

export async function covered(photo: Blob, areas: readonly Area[]): Promise<Blob> {
  return areas.length ? jpegOf(cover(await canvasOf(photo), areas)) : photo
}

export function cover(canvas: HTMLCanvasElement, areas: readonly Area[]): HTMLCanvasElement {
  const context = canvas.getContext('2d')!
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
  pixelate(pixels, areas)
  context.putImageData(pixels, 0, 0)
  return canvas
}
