// A new version of the app comes while a phone has the old one: it is offered, and taken only when somebody says so and nothing
// is being sent. The server between phone and house is the test's own, because a browser lets nobody change a worker's script.
import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accessible, expect, heading, test } from '../guard'

function between(house: string): Promise<{ server: Server; url: string; release: (version: string) => void }> {
  let version = ''
  const server = createServer((asked, answer) => {
    const to = new URL(asked.url!, house)
    const onward = forward(to, { method: asked.method, headers: { ...asked.headers, host: to.host } }, (reply) => {
      if (asked.url !== '/sw.js' || !version) {
        answer.writeHead(reply.statusCode!, reply.headers)
        reply.pipe(answer)
        return
      }
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.on('end', () => {
        answer.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' })
        answer.end(`${Buffer.concat(parts).toString()}\n// ${version}\n`)
      })
    })
    // A worker's script is asked for with what is known of it; the changed one is always new.
    if (asked.url === '/sw.js')
      for (const name of ['if-none-match', 'if-modified-since', 'accept-encoding']) onward.removeHeader(name)
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  return new Promise((done) =>
    server.listen(0, '127.0.0.1', () =>
      done({
        server,
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        release: (next) => (version = next),
      }),
    ),
  )
}

test('a new version is offered, and taken with a tap', async ({ page, baseURL, guard }) => {
  const { server, url, release } = await between(baseURL!)
  guard.allow.push(new RegExp(`^other origin: ${url}/`))
  try {
    await page.goto(`${url}/me`)
    await heading(page, '我的')
    await page.evaluate(async () => void (await navigator.serviceWorker.ready))
    await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true)
    const offer = page.getByRole('button', { name: '有新版本，点这里更新' })
    await expect(offer).toHaveCount(0)
    release('the next one')
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
    await expect(offer).toBeVisible()
    await accessible(page, 'a new version is offered')
    await page.evaluate(() => Object.assign(window, { old: true }))
    await offer.click()
    // While the page is going, nobody answers.
    await expect.poll(() => page.evaluate(() => 'old' in window).catch(() => true)).toBe(false)
    await heading(page, '我的')
    await expect(offer).toHaveCount(0)
  } finally {
    await page.close()
    server.closeAllConnections()
    server.close()
  }
})
