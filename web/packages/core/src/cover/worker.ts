/// <reference lib="webworker" />
// Looks for faces beside the page's thread, which stays free meanwhile. Each picture is one photo in another size; what is found
// is told after each, so that whoever loses patience has something.
import manifest from '@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json'
import model from '@vladmandic/face-api/model/tiny_face_detector_model.bin?url'
import type { Area, Pixels } from './areas'
import { type Described, detect, weightsOf } from './network'

export interface Told {
  faces: Area[] // in parts of the picture's width and height
  left: number // sizes still to look at
  fault?: string
}

const least = 0.4 // covering what is no face is put right with a tap; a face that stays is not

self.onmessage = async ({ data: pictures }: MessageEvent<Pixels[]>) => {
  try {
    await look(pictures)
  } catch (fault) {
    // A rejected promise would not reach the page.
    self.postMessage({ faces: [], left: 0, fault: String(fault) } satisfies Told)
  }
}

async function look(pictures: Pixels[]) {
  const answer = await fetch(model)
  if (!answer.ok) throw new Error(`the model: ${answer.status}`)
  const weights = weightsOf(new Uint8Array(await answer.arrayBuffer()), manifest[0]!.weights as Described[])
  for (const [index, picture] of pictures.entries()) {
    const faces = detect(picture, weights, least).map((face) => ({
      x: face.x / picture.width,
      y: face.y / picture.height,
      width: face.width / picture.width,
      height: face.height / picture.height,
    }))
    self.postMessage({ faces, left: pictures.length - 1 - index } satisfies Told)
  }
}
