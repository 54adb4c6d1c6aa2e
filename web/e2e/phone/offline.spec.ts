// Without a network: cut before, in the middle of and after an action; the browser closed and killed. The server is asked
// every time that it came exactly once.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import { accessible, expect, heading, quiet, test } from '../guard'
import { enter, perform, report, somebody, type Somebody, words } from '../people'
import { picture } from '../photo'

async function ready(page: Page) {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  // The worker takes the page over only after its first activation.
  await expect.poll(() => page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true)
}
const found = async (desk: Somebody, text: string) =>
  (await desk.get(`/v1/records?list=area&q=${encodeURIComponent(text)}&limit=50`)).items as { id: string }[]
// As in browsers that send nothing by themselves when the network is back (most): the page must do it.
const noBackgroundSync = (page: Page) =>
  page.addInitScript(() => {
    Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: undefined })
  })
async function fill(page: Page, text: string) {
  await page.locator('#report-photos').setInputFiles(picture)
  await page.getByText('道路破损').click()
  await page.locator('#report-words').fill(text)
  await expect(page.locator('#place .line b, #place .line span').first()).toBeVisible()
  await page.getByRole('button', { name: '选择小区和楼号' }).waitFor()
}

test('a report made without a network is kept on the phone and arrives once', async ({ page, context, baseURL }) => {
  const desk = await somebody(baseURL!, 'dispatch')
  const text = words('人行道塌陷一块')
  await page.goto('/')
  await ready(page)
  await page.goto('/report')
  await expect(page.getByText('垃圾清运')).toBeVisible()
  await context.setOffline(true)
  await page.goto('/report')
  await fill(page, text)
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已存在手机里，等待发送')
  await accessible(page, 'done, offline')
  await page.goto('/w/outbox')
  await expect(page.getByRole('heading', { name: /等待发送/ })).toBeVisible()
  await accessible(page, 'outbox, waiting')
  await page.goto('/near')
  await expect(page.getByRole('alert')).toContainText('没有网络')
  await accessible(page, 'near, offline')
  await context.setOffline(false)
  await expect.poll(async () => (await found(desk, text)).length, { timeout: 20_000 }).toBe(1)
  await page.goto('/w/outbox')
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  const record = await desk.get(`/v1/records/${(await found(desk, text))[0]!.id}`)
  expect(record.files).toHaveLength(1)
  await page.reload()
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  expect(await found(desk, text)).toHaveLength(1)
  await desk.end()
})

test('the answer is lost on the way: the phone sends again, and it counts once', async ({ page, baseURL }) => {
  const desk = await somebody(baseURL!, 'dispatch')
  const text = words('水管爆裂')
  await noBackgroundSync(page)
  await page.goto('/report')
  await fill(page, text)
  let cut = 0
  await page.route('**/v1/records', async (route) => {
    if (route.request().method() !== 'POST' || cut > 0) return route.continue()
    cut += 1
    await route.fetch() // the server has it; the phone never hears of it
    await route.abort('internetdisconnected')
  })
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已存在手机里，等待发送')
  expect(await found(desk, text)).toHaveLength(1)
  await page.goto('/w/outbox') // opening the app sends
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  expect(await found(desk, text)).toHaveLength(1)
  await page.getByRole('link', { name: /^TX-/ }).click()
  await expect(page.getByText(/^查询码：/)).toBeVisible()
  await desk.end()
})

test('the network goes between the photo and the report: the photo is not sent twice', async ({ page, baseURL }) => {
  const desk = await somebody(baseURL!, 'dispatch')
  const text = words('围墙倾斜')
  await noBackgroundSync(page)
  let photos = 0
  page.on('request', (request) => (photos += Number(/\/v1\/files$/.test(request.url()))))
  await page.goto('/report')
  await fill(page, text)
  await page.route('**/v1/records', (route) => route.abort('internetdisconnected'))
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已存在手机里，等待发送')
  await page.unroute('**/v1/records')
  await page.goto('/w/outbox') // opening the app sends
  await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
  expect(photos).toBe(1)
  expect(await found(desk, text)).toHaveLength(1)
  await desk.end()
})

test('somebody was first: the conflict is explained, and the worker decides', async ({ page, context, baseURL }) => {
  const desk = await somebody(baseURL!, 'dispatch')
  await enter(page, 'grid')
  await page.goto('/w')
  await heading(page, '今日')
  const me = await somebody(baseURL!, 'grid')
  const place = { area: me.session.posts[0].area }
  const [one, two] = [words('单车占道'), words('污水外溢')]
  const first = await desk.post('/v1/records', report(one, { place }))
  const second = await desk.post('/v1/records', report(two, { place }))
  for (const record of [first, second]) await me.post(`/v1/records/${record.id}/actions/handle`, { form: {} })
  await me.end()
  await ready(page)
  // Now both are changed at the desk while the phone is away.
  await page.goto(`/w/task/${first.id}`)
  await heading(page, one)
  await context.setOffline(true)
  await perform(page, '办结', async () => {
    await page.locator('#act-result').fill('已挪走')
  })
  await expect(page.getByText('“办结”已存在手机里，等待发送')).toBeVisible()
  // Come back to it later: that it waits is still said.
  await page.goto(`/w/task/${first.id}`)
  await expect(page.getByRole('link', { name: '有 1 件等待发送' })).toBeVisible()
  const now = await desk.get(`/v1/records/${first.id}`)
  await desk.post(`/v1/records/${first.id}/actions/sort`, { version: now.version, form: { about: 'parking' } })
  await context.setOffline(false)
  await page.goto('/w/outbox')
  const item = page.locator('li', { hasText: one })
  await expect(item.getByText(/已“归类”/)).toBeVisible()
  await expect(item.getByText('您填写的：已挪走')).toBeVisible()
  await accessible(page, 'outbox, conflict')
  await item.getByRole('button', { name: '按最新情况提交' }).click()
  await expect.poll(async () => (await desk.get(`/v1/records/${first.id}`)).state).toBe('resolved')
  const timeline = (await desk.get(`/v1/records/${first.id}`)).timeline as { action: string }[]
  expect(timeline.filter((event) => event.action === 'resolve')).toHaveLength(1)

  // The other one was taken away altogether: nothing can be done but look and drop.
  await page.goto(`/w/task/${second.id}`)
  await heading(page, two)
  await context.setOffline(true)
  await perform(page, '解释说明', async () => {
    await page.locator('#act-result').fill('雨后会退')
  })
  await expect(page.getByText('“解释说明”已存在手机里，等待发送')).toBeVisible()
  const orgs = (await desk.get('/v1/orgs?q=城市管理')).items as { id: string; kind: string }[]
  const version = (await desk.get(`/v1/records/${second.id}`)).version
  await desk.post(`/v1/records/${second.id}/actions/dispatch`, { version, form: { org: orgs[0]!.id } })
  await context.setOffline(false)
  await page.goto('/w/outbox')
  const other = page.locator('li', { hasText: two })
  await expect(other.getByText(/已“派遣”/)).toBeVisible()
  await other.getByRole('button', { name: '按最新情况提交' }).click()
  await expect(other.getByRole('alert')).toContainText('现在不能再“解释说明”了')
  await other.getByRole('button', { name: '不提交了' }).click()
  await other.getByRole('button', { name: '删除这一件' }).click()
  await expect(other).toBeHidden()
  await desk.end()
})

test('the log of the day can be written where there is no network, and what was seen before is still there', async ({
  page,
  context,
}) => {
  await enter(page, 'grid')
  const [form, list] = [page.waitForResponse(/kinds\/diary/), page.waitForResponse(/records\?list=todo/)]
  await page.goto('/w')
  await Promise.all([form, list])
  await quiet(page)
  await page.goto('/mine')
  await heading(page, '我的事项')
  await ready(page)
  await page.reload()
  await heading(page, '我的事项')
  await context.setOffline(true)
  await page.goto('/w/log')
  await expect(page.getByRole('button', { name: '提交日志' })).toBeVisible()
  await page.goto('/mine')
  await heading(page, '我的事项')
  await expect(page.getByRole('alert')).toBeHidden()
  // What was never seen is read as soon as the network is back.
  await page.goto('/near')
  await expect(page.getByRole('alert')).toContainText('这里的内容现在看不到')
  await context.setOffline(false)
  await expect(page.getByRole('alert')).toBeHidden()
  await expect(page.locator('main li').first()).toBeVisible()
})

// Every process of a browser carries the folder of its profile in its command line.
function kill(folder: string) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)) execFileSync('kill', ['-9', pid])
    } catch {
      // it went by itself
    }
}

test('a killed browser loses nothing: opened again it sends once, photo and all', async ({ baseURL }, info) => {
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-phone-'))
  const { launchOptions, viewport, isMobile, hasTouch, locale, timezoneId } = info.project.use
  const open = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(folder, {
      ...launchOptions,
      baseURL,
      viewport,
      isMobile,
      hasTouch,
      locale,
      timezoneId,
      permissions: ['geolocation'],
      geolocation: { longitude: 117.2281, latitude: 39.1265, accuracy: 42 },
    })
  const desk = await somebody(baseURL!, 'dispatch')
  const text = words('楼梯扶手断了')
  let context = await open()
  try {
    let page = await context.newPage()
    await enter(page, 'grid')
    await page.goto('/w')
    await heading(page, '今日')
    const session = await (await page.request.get('/v1/session')).json()
    const made = await desk.post('/v1/records', report(text, { place: { area: session.posts[0].area } }))
    await page.reload()
    await ready(page)
    await expect(page.locator('.task', { hasText: text })).toBeVisible()
    // Closed in the ordinary way once: a browser writes its cookies down only now and then.
    await context.close()
    context = await open()
    page = await context.newPage()
    await page.goto('/w')
    // The list keeps what it shows for the way.
    await expect
      .poll(() =>
        page.evaluate(
          (key) =>
            new Promise((resolve) => {
              indexedDB.open('tongxin').onsuccess = (event) => {
                const db = (event.target as IDBOpenDBRequest).result
                db.transaction('kept').objectStore('kept').get(key).onsuccess = (got) => {
                  db.close()
                  resolve(Boolean((got.target as IDBRequest).result))
                }
              }
            }),
          `matter:${made.id}`,
        ),
      )
      .toBe(true)
    await context.setOffline(true)
    await page.reload()
    await page.locator('.task', { hasText: text }).click()
    await heading(page, text)
    await expect(page.getByText(/没有网络，显示的是/)).toBeVisible()
    await perform(page, '当场办结', async () => {
      await page.locator('#act-result').fill('已加固')
      await page.locator('#act-after').setInputFiles(picture)
      await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
    })
    await expect(page.getByText('“当场办结”已存在手机里，等待发送')).toBeVisible()
    kill(folder)
    await context.close().catch(() => {})

    context = await open()
    await context.setOffline(true)
    page = await context.newPage()
    await page.goto('/w/outbox')
    await expect(page.locator('li', { hasText: text })).toBeVisible()
    await expect(page.getByRole('heading', { name: /等待发送/ })).toBeVisible()
    await page.goto('/w')
    await heading(page, '今日')
    await expect(page.locator('.task', { hasText: text })).toBeVisible()
    await context.setOffline(false)
    await expect.poll(async () => (await desk.get(`/v1/records/${made.id}`)).state, { timeout: 20_000 }).toBe('closed')
    await page.goto('/w/outbox')
    await expect(page.getByRole('heading', { name: /已发送/ })).toBeVisible()
    const record = await desk.get(`/v1/records/${made.id}`)
    expect(record.timeline.filter((event: { action: string }) => event.action === 'self_handle')).toHaveLength(1)
    expect(record.files).toHaveLength(1)
  } finally {
    await context.close().catch(() => {})
    rmSync(folder, { recursive: true, force: true })
    await desk.end()
  }
})
