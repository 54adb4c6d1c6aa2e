// Photos, made small in the page: 1,600 px JPEG. Drawing them anew also leaves their EXIF (place, camera, owner) behind.
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

async function redraw(file: File): Promise<Blob> {
  const image = await load(file)
  const scale = Math.min(1, longest / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  context.drawImage(image.source, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', quality),
  )
}

async function load(file: File): Promise<{ source: CanvasImageSource; width: number; height: number }> {
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
