import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { accessible, elderHolds, expect, heading, quiet, test } from '../guard'
import { picture } from '../photo'

// Three faces, one of them near the left.
const people = readFileSync(createRequire(import.meta.url).resolve('@vladmandic/face-api/demo/sample1.jpg'))
const photo = { name: 'people.jpg', mimeType: 'image/jpeg', buffer: people }
interface Part {
  x: number
  y: number
  width: number
  height: number
}
// In parts of the picture.
const faces: Part[] = [
  { x: 0.21, y: 0.32, width: 0.1, height: 0.12 },
  { x: 0.44, y: 0.37, width: 0.1, height: 0.12 },
  { x: 0.77, y: 0.19, width: 0.1, height: 0.12 },
]
const floor: Part = { x: 0.84, y: 0.85, width: 0.08, height: 0.08 }
const badge: Part = { x: 0.77, y: 0.47, width: 0.05, height: 0.07 }

// How much of a part's detail is left, 0 to 1.
async function left(page: Page, jpeg: Buffer, part: Part): Promise<number> {
  return page.evaluate(
    async ([before, after, { x, y, width, height }]) => {
      const detail = async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]))
        const canvas = document.createElement('canvas')
        Object.assign(canvas, { width: 1600, height: Math.round((1600 * bitmap.height) / bitmap.width) })
        const context = canvas.getContext('2d')!
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
        const { data } = context.getImageData(
          x * canvas.width,
          y * canvas.height,
          width * canvas.width,
          height * canvas.height,
        )
        let sum = 0
        for (let at = 4; at < data.length; at += 4) sum += Math.min(24, Math.abs(data[at + 1]! - data[at - 3]!))
        return sum
      }
      return (await detail(after)) / (await detail(before))
    },
    [people.toString('base64'), jpeg.toString('base64'), part] as const,
  )
}

// The policy lets nothing fetch a blob, so the picture is drawn anew.
async function shownPicture(page: Page): Promise<Buffer> {
  const url = await page.getByRole('img', { name: '照片 1' }).evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight })
    canvas.getContext('2d')!.drawImage(image, 0, 0)
    return canvas.toDataURL('image/jpeg', 0.9)
  })
  return Buffer.from(url.split(',')[1]!, 'base64')
}

// The files that the page hands to the network; the browser shows their bytes to no one outside.
async function watchFiles(page: Page): Promise<() => Promise<Buffer>> {
  await page.addInitScript(() => {
    const sent: Promise<string>[] = []
    Object.assign(window, { sent })
    const ask = window.fetch
    window.fetch = (what, how) => {
      const file = how?.body instanceof FormData ? how.body.get('file') : null
      if (file instanceof Blob)
        sent.push(
          file
            .arrayBuffer()
            .then((bytes) => btoa(new Uint8Array(bytes).reduce((text, byte) => text + String.fromCharCode(byte), ''))),
        )
      return ask(what, how)
    }
  })
  return async () => {
    const files = await page.evaluate(() => Promise.all((window as unknown as { sent: Promise<string>[] }).sent))
    expect(files).toHaveLength(1)
    return Buffer.from(files[0]!, 'base64')
  }
}

async function choose(page: Page) {
  await page.goto('/report')
  await heading(page, '我要上报')
  await page.locator('#report-photos').setInputFiles(photo)
}

async function drag(page: Page, part: Part) {
  const box = (await page.locator('dialog canvas').boundingBox())!
  const [x, y] = [box.x + part.x * box.width, box.y + part.y * box.height]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + (part.width * box.width) / 2, y + part.height * box.height, { steps: 4 })
  await page.mouse.move(x + part.width * box.width, y + part.height * box.height, { steps: 4 })
  await page.mouse.up()
}

test('faces are covered before a photo is kept; more is covered by hand, and less; what is sent is what was shown @wide', async ({
  page,
}) => {
  const sentFile = await watchFiles(page)
  await choose(page)
  await expect(page.getByText(/已自动遮住 3 处人脸/)).toBeVisible({ timeout: 20_000 })
  const automatic = await shownPicture(page)
  for (const face of faces) expect(await left(page, automatic, face)).toBeLessThan(0.5)
  for (const part of [floor, badge]) expect(await left(page, automatic, part)).toBeGreaterThan(0.7)
  await accessible(page, 'report, faces covered')

  await page.getByRole('button', { name: '遮挡照片 1' }).click()
  const dialog = page.getByRole('dialog', { name: '遮挡照片 1' })
  await expect(dialog.getByRole('listitem')).toHaveCount(3)
  await accessible(page, 'covering by hand')
  await drag(page, badge)
  await expect(dialog.getByRole('listitem')).toHaveCount(4)
  // A tap shows what is hidden again.
  const box = (await dialog.locator('canvas').boundingBox())!
  const [first] = faces
  await page.mouse.click(
    box.x + (first!.x + first!.width / 2) * box.width,
    box.y + (first!.y + first!.height / 2) * box.height,
  )
  await expect(dialog.getByRole('listitem')).toHaveCount(3)
  await dialog.getByRole('button', { name: '遮好了' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(async () => left(page, await shownPicture(page), badge)).toBeLessThan(0.5)

  await page.getByText('垃圾清运').click()
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  const sent = await sentFile()
  for (const hidden of [faces[1]!, faces[2]!, badge]) expect(await left(page, sent, hidden)).toBeLessThan(0.5)
  for (const seen of [faces[0]!, floor]) expect(await left(page, sent, seen)).toBeGreaterThan(0.7)
})

test('whoever presses send at once sends the photo, and covered', async ({ page }) => {
  const sentFile = await watchFiles(page)
  await page.goto('/report')
  await page.getByText('垃圾清运').click()
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await page.locator('#report-photos').setInputFiles(photo)
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  const sent = await sentFile()
  for (const face of faces) expect(await left(page, sent, face)).toBeLessThan(0.5)
})

test('a draft keeps the covered photo and nothing else', async ({ page }) => {
  await choose(page)
  await expect(page.getByText(/已自动遮住/)).toBeVisible({ timeout: 20_000 })
  await page.reload()
  await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
  for (const face of faces) expect(await left(page, await shownPicture(page), face)).toBeLessThan(0.5)
  await page.getByRole('button', { name: '遮挡照片 1' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(0)
})

test('where faces cannot be looked for, it is said, and covering by hand works without a pointer', async ({
  page,
  guard,
}) => {
  guard.allow.push(/net::ERR_FAILED/)
  await page.context().route(/tiny_face_detector_model/, (route) => route.abort())
  await choose(page)
  await expect(page.getByText('这次没能查找人脸')).toBeVisible()
  expect(await left(page, await shownPicture(page), faces[0]!)).toBeGreaterThan(0.7)
  await page.getByRole('button', { name: '遮挡照片 1' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '加一处遮挡' }).press('Enter')
  await expect(dialog.getByRole('button', { name: '遮挡 1', exact: true })).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowUp')
  await accessible(page, 'covering by keyboard')
  await dialog.getByRole('button', { name: '遮好了' }).press('Enter')
  // From the middle of the picture upon the face in its middle.
  await expect.poll(async () => left(page, await shownPicture(page), faces[1]!)).toBeLessThan(0.6)
})

test('covering holds in elder mode', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('tongxin.elder', '1'))
  await page.goto('/report')
  await quiet(page)
  await page.locator('#report-photos').setInputFiles([photo, picture])
  await expect(page.getByText(/已自动遮住/)).toBeVisible({ timeout: 20_000 })
  await elderHolds(page)
  await page.getByRole('button', { name: '遮挡照片 1' }).click()
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(3)
  await elderHolds(page)
  await accessible(page, 'covering, elder')
})
