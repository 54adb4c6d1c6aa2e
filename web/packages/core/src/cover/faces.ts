// Where faces are in a picture: looked for on the device, by a small network in a worker. It says where a face is and nothing
// about whose.
import type { Area, Pixels } from './areas'
import type { Told } from './worker'
import FaceWorker from './worker?worker'

// Longer side, in pixels. The smaller size finds faces near the camera, the larger one those farther away.
const sizes = [416, 704]
const least = 32 // a picture narrower than this shows nobody
const patience = 8_000

export async function findFaces(canvas: HTMLCanvasElement): Promise<Area[]> {
  const { width, height } = canvas
  const own = Math.max(width, height)
  if (Math.min(width, height) < least) return []
  const found = await ask([...new Set(sizes.map((size) => Math.min(size, own)))].map((size) => scaled(canvas, size)))
  return found.map((face) => ({
    x: face.x * width,
    y: face.y * height,
    width: face.width * width,
    height: face.height * height,
  }))
}

function scaled(canvas: HTMLCanvasElement, longest: number): Pixels {
  const scale = longest / Math.max(canvas.width, canvas.height)
  const small = document.createElement('canvas')
  small.width = Math.max(least, Math.round(canvas.width * scale))
  small.height = Math.max(least, Math.round(canvas.height * scale))
  const context = small.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(canvas, 0, 0, small.width, small.height)
  const { width, height, data } = context.getImageData(0, 0, small.width, small.height)
  return { width, height, data }
}

// A worker for each photo: it gives its memory back when it is done, and can be ended when it takes too long.
function ask(pictures: Pixels[]): Promise<Area[]> {
  return new Promise((resolve, reject) => {
    const worker = new FaceWorker()
    const found: Area[][] = []
    const end = (settle: () => void) => {
      clearTimeout(timer)
      worker.terminate()
      settle()
    }
    const timer = setTimeout(
      () => end(() => (found.length ? resolve(found.flat()) : reject(new Error('took too long')))),
      patience,
    )
    worker.onmessage = ({ data: { faces, left, fault } }: MessageEvent<Told>) => {
      if (fault) return end(() => reject(new Error(fault)))
      found.push(faces)
      if (!left) end(() => resolve(found.flat()))
    }
    worker.onerror = (event) => {
      event.preventDefault()
      end(() => reject(new Error(event.message || 'no worker')))
    }
    worker.postMessage(pictures)
  })
}
