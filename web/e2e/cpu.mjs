// What the pages cost: main-thread CPU by thread ticks, the largest paint on a slow phone, layout shift. Measured, not asserted:
// TONGXIN_URL=http://… node e2e/cpu.mjs [ROUNDS] prints a table of medians; a server with the demo must answer there.
import { chromium } from '@playwright/test'

const url = process.env.TONGXIN_URL ?? 'http://127.0.0.1:8787'
const rounds = Number(process.argv[2] ?? 3)
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
const desk = { viewport: { width: 1440, height: 900 } }
const slow = { rate: 4, latency: 150, bytes: (1.6 * 1024 * 1024) / 8 } // a phone of 2018 on a poor connection

const map = (page) => page.getByRole('button', { name: '在地图上调整' }).click()
const grids = (page) => page.locator('#grids-within').selectOption({ index: 1 })
const pages = [
  { name: 'home', path: '/', shape: phone, ceiling: 150 },
  { name: 'report', path: '/report', shape: phone, ceiling: 180 },
  { name: 'report with map', path: '/report', shape: phone, ceiling: 400, act: map },
  { name: 'today of a grid worker', path: '/w', shape: phone, login: 'grid' },
  { name: 'desk queue with map', path: '/desk/', shape: desk, login: 'dispatch', ceiling: 1300 },
  { name: 'board', path: '/desk/board', shape: desk, login: 'leader', ceiling: 600 },
  { name: 'wall', path: '/desk/screen', shape: { viewport: { width: 1920, height: 1080 } }, login: 'leader' },
  { name: 'grids on the map', path: '/desk/grids', shape: desk, login: 'admin', act: grids },
  { name: 'imports', path: '/desk/imports', shape: desk, login: 'admin' },
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})

async function open(page) {
  const context = await browser.newContext({
    ...page.shape,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    permissions: ['geolocation'],
    geolocation: { longitude: 117.2281, latitude: 39.1265, accuracy: 42 },
    serviceWorkers: 'block', // its installing would be counted with the page
  })
  if (page.login) {
    const reply = await context.request.post(`${url}/v1/session`, {
      data: { login: page.login, password: process.env.TONGXIN_DEMO_PASSWORD ?? 'qinghe-demo' },
    })
    if (!reply.ok()) throw new Error(`${page.login}: ${reply.status()}`)
    await context.addInitScript(() => localStorage.setItem('tongxin.signed-in', '1'))
  }
  await context.addInitScript(() => {
    const seen = { paint: 0, shift: 0 }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) seen.paint = one.startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver((list) => {
      for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shift += one.value
    }).observe({ type: 'layout-shift', buffered: true })
  })
  const tab = await context.newPage()
  return { context, tab, session: await context.newCDPSession(tab) }
}
// Until the page has asked for nothing and its thread has done nothing worth naming for a while.
async function calm(session) {
  let before = -1
  for (let looks = 0; looks < 60; looks += 1) {
    await new Promise((done) => setTimeout(done, 500))
    const now = await cost(session)
    if (now - before < 5) return now
    before = now
  }
  return before
}
// Not by a locator: Playwright's script for finding elements costs the page 40 ms, as much as a quarter of home.
async function drawn(session) {
  const expression = `document.querySelector('h1') !== null`
  for (let looks = 0; looks < 300; looks += 1) {
    const { result } = await session.send('Runtime.evaluate', { expression })
    if (result.value) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error('thirty seconds without a heading')
}
async function cost(session) {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find((one) => one.name === 'TaskDuration').value * 1000
}

async function cpu(page) {
  const { context, tab, session } = await open(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await tab.goto(url + page.path)
  await drawn(session)
  await page.act?.(tab)
  const used = await calm(session)
  const { shift } = await tab.evaluate(() => window.seen)
  await context.close()
  return { used, shift }
}
async function paint(page) {
  const { context, tab, session } = await open(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: slow.latency,
    downloadThroughput: slow.bytes,
    uploadThroughput: slow.bytes,
  })
  await session.send('Emulation.setCPUThrottlingRate', { rate: slow.rate })
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await tab.goto(url + page.path)
  await drawn(session)
  await calm(session)
  const { paint } = await tab.evaluate(() => window.seen)
  await context.close()
  return paint
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

console.log('| page | CPU, ms | ceiling | layout shift | largest paint on a slow phone, s |')
console.log('|---|---|---|---|---|')
for (const page of pages) {
  const runs = []
  for (let round = 0; round < rounds; round += 1) runs.push(await cpu(page))
  const paints = []
  if (page.shape === phone && !page.act) for (let round = 0; round < rounds; round += 1) paints.push(await paint(page))
  const used = median(runs.map((one) => one.used)).toFixed(0)
  const shift = Math.max(...runs.map((one) => one.shift)).toFixed(3)
  const painted = paints.length ? (median(paints) / 1000).toFixed(1) : '–'
  console.log(`| ${page.name} | ${used} | ${page.ceiling ?? '–'} | ${shift} | ${painted} |`)
}
await browser.close()
