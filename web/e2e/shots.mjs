// Pictures of the pages for docs/screens and for looking at: node e2e/shots.mjs FOLDER [PART-OF-NAME]; needs a server
// (TONGXIN_URL, default the stub's address).
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'

const folder = process.argv[2] ?? '../docs/screens'
const only = process.argv[3] ?? ''
const url = process.env.TONGXIN_URL ?? 'http://127.0.0.1:8787'
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})

async function context(phone, language, elder, login) {
  const made = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    isMobile: phone,
    hasTouch: phone,
    deviceScaleFactor: phone ? 2 : 1,
    locale: language,
    timezoneId: 'Asia/Shanghai',
    permissions: ['geolocation'],
    geolocation: { longitude: 117.2281, latitude: 39.1265, accuracy: 42 },
  })
  await made.addInitScript(
    ({ language, elder }) => {
      localStorage.setItem('tongxin.language', language)
      localStorage.setItem('tongxin.elder', elder ? '1' : '0')
    },
    { language, elder },
  )
  const page = await made.newPage()
  page.on('console', (message) => message.type() === 'error' && console.log('console:', message.text()))
  page.on('pageerror', (fault) => console.log('page:', fault.stack))
  const signed = () => made.addInitScript(() => localStorage.setItem('tongxin.signed-in', '1'))
  if (login === 'phone') {
    await made.request.post(`${url}/v1/session/phone/confirm`, { data: { phone: '13800000001', code: '123456' } })
    await signed()
  } else if (login) {
    await made.request.post(`${url}/v1/session`, { data: { login, password: 'qinghe-demo' } })
    await signed()
  }
  return { made, page }
}

async function shoot(name, { phone = true, language = 'zh-CN', elder = false, login = '', path = '/', act } = {}) {
  if (only && !name.includes(only)) return
  const { made, page } = await context(phone, language, elder, login)
  await page.goto(url + path)
  await page.waitForTimeout(1200)
  if (act) await act(page)
  await page.waitForTimeout(900)
  await page.screenshot({ path: `${folder}/${name}.png` })
  await made.close()
}

const firstTask = async (login) => {
  const { made } = await context(true, 'zh-CN', false, login)
  const list = await (await made.request.get(`${url}/v1/records?list=todo&sort=due`)).json()
  await made.close()
  return list.items
}
const tasks = await firstTask('grid')
const handling = tasks.find((one) => one.state === 'handling') ?? tasks[0]
const mine = await (async () => {
  const { made } = await context(true, 'zh-CN', false, 'phone')
  const list = await (await made.request.get(`${url}/v1/records?list=mine`)).json()
  await made.close()
  return list.items
})()

for (const [tag, more] of [
  ['', {}],
  ['-en', { language: 'en' }],
  ['-elder', { elder: true }],
]) {
  await shoot(`phone-home${tag}`, { login: 'phone', ...more })
  await shoot(`phone-report${tag}`, {
    path: '/report',
    ...more,
    act: async (page) => {
      await page.waitForTimeout(500)
      if (!more.elder)
        await page
          .locator('label', { hasText: /垃圾清运|Garbage/ })
          .first()
          .click()
    },
  })
  await shoot(`phone-matter${tag}`, { login: 'phone', path: `/m/${mine[mine.length - 1].id}`, ...more })
}
await shoot('phone-report-bottom', {
  path: '/report',
  act: async (page) => {
    await page.locator('label', { hasText: '安全隐患' }).click()
    await page.waitForTimeout(500)
    await page.evaluate(() => scrollTo(0, 9999))
  },
})
await shoot('phone-report-fault', {
  path: '/report',
  act: (page) => page.getByRole('button', { name: '提交' }).click(),
})
await shoot('phone-report-map', {
  path: '/report',
  act: async (page) => {
    await page.getByRole('button', { name: /在地图上调整/ }).click()
    await page.waitForTimeout(800)
  },
})
await shoot('phone-elder-what', {
  path: '/report',
  elder: true,
  act: (page) => page.getByRole('button', { name: '下一步' }).click(),
})
await shoot('phone-mine', { login: 'phone', path: '/mine' })
await shoot('phone-rate', {
  login: 'phone',
  path: `/m/${mine[mine.length - 1].id}`,
  act: async (page) => {
    await page.getByRole('button', { name: '评价' }).click()
    await page.locator('label', { hasText: /^否$/ }).click()
  },
})
await shoot('phone-near', { path: '/near', act: (page) => page.getByRole('button', { name: '在地图上看' }).click() })
await shoot('phone-me', { login: 'phone', path: '/me' })
await shoot('phone-sign-in', { path: '/sign-in' })
await shoot('phone-today', { login: 'grid', path: '/w' })
await shoot('phone-task', { login: 'grid', path: `/w/task/${handling.id}` })
await shoot('phone-task-form', {
  login: 'grid',
  path: `/w/task/${handling.id}`,
  act: async (page) => {
    await page.getByRole('button', { name: '办结', exact: true }).click()
    await page.getByRole('button', { name: '办结', exact: true }).click()
  },
})
await shoot('phone-outbox', { login: 'grid', path: '/w/outbox' })
for (const [tag, more] of [
  ['', {}],
  ['-en', { language: 'en' }],
]) {
  await shoot(`desk-queue${tag}`, { phone: false, login: 'dispatch', path: `/desk/?chosen=${handling.id}`, ...more })
  await shoot(`desk-record${tag}`, {
    phone: false,
    login: 'dispatch',
    path: `/desk/r/${handling.id}`,
    ...more,
    act: (page) => page.getByRole('button', { name: /怎么算的|How it was/ }).click(),
  })
  await shoot(`desk-board${tag}`, { phone: false, login: 'dispatch', path: '/desk/board', ...more })
}
await shoot('desk-dispatch', {
  phone: false,
  login: 'dispatch',
  path: `/desk/?chosen=${(tasks.find((one) => one.state === 'collected') ?? tasks[0]).id}`,
  act: async (page) => {
    await page.keyboard.press('d')
    await page.waitForTimeout(400)
    await page.keyboard.type('城')
    await page.waitForTimeout(500)
  },
})
await shoot('desk-new', { phone: false, login: 'dispatch', path: '/desk/new' })
await shoot('desk-organisation', { phone: false, login: 'admin', path: '/desk/organisation' })
await shoot('desk-codes', { phone: false, login: 'admin', path: '/desk/codes' })
await shoot('desk-packs', { phone: false, login: 'admin', path: '/desk/packs' })
await shoot('desk-messages', { phone: false, login: 'admin', path: '/desk/messages' })
await shoot('desk-me', { phone: false, login: 'admin', path: '/desk/me' })
await shoot('desk-sign-in', { phone: false, path: '/desk/sign-in' })
await browser.close()
