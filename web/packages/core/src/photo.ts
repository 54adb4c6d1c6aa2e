// Photos, made small in the page: 1,600 px JPEG. Drawing them anew also leaves their EXIF (place, camera, owner) behind.
import { nextTick, type Ref } from 'vue'

const longest = 1600
const quality = 0.82

export interface Photo {
  blob: Blob
  name: string
  url: string // for showing; revoke when done
}

export async function shrink(file: File): Promise<Photo> {
  const name = file.name.replace(/\.[^.]*$/, '') || 'photo'
  if (!file.type.startsWith('image/')) return { blob: file, name: file.name, url: URL.createObjectURL(file) }
  try {
    const blob = await redraw(file)
    return { blob, name: `${name}.jpg`, url: URL.createObjectURL(blob) }
  } catch {
    // A format that this browser cannot draw (HEIC): the server re-encodes it.
    return { blob: file, name: file.name, url: URL.createObjectURL(file) }
  }
}

const redraw = async (file: File) => jpegOf(await canvasOf(file))

// The picture, drawn within the longest side.
export async function canvasOf(file: Blob): Promise<HTMLCanvasElement> {
  const image = await load(file)
  const scale = Math.min(1, longest / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(image.source, 0, 0, canvas.width, canvas.height)
  return canvas
}

export function jpegOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', quality),
  )
}

async function load(file: Blob): Promise<{ source: CanvasImageSource; width: number; height: number }> {
  if (typeof createImageBitmap === 'function') {
    const bitmap = await createImageBitmap(file)
    return { source: bitmap, width: bitmap.width, height: bitmap.height }
  }
  const url = URL.createObjectURL(file)
  try {
    const element = new Image()
    element.src = url
    await element.decode()
    return { source: element, width: element.naturalWidth, height: element.naturalHeight }
  } finally {
    URL.revokeObjectURL(url)
  }
}

// A photo belongs to its form once its faces are covered, and not before: what sends a form waits for that, so that a photo
// chosen a moment ago goes along, and whatever forgets to wait sends less instead of something uncovered.
const preparing = new Set<Promise<unknown>>()

export function prepare<T>(job: Promise<T>): Promise<T> {
  preparing.add(job)
  const over = () => preparing.delete(job)
  job.then(over, over)
  return job
}

export async function photosReady(): Promise<void> {
  while (preparing.size) await Promise.allSettled(preparing)
  await nextTick() // until the form has been handed the photos
}

// `send`, once the photos are ready; meanwhile the form is busy, and pressing again does nothing.
export function afterPhotos(busy: Ref<boolean>, send: () => unknown): () => Promise<void> {
  return async () => {
    if (busy.value) return
    busy.value = true
    await photosReady()
    busy.value = false
    await send()
  }
}
