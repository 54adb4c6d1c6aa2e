// Pictures of the pages: one browser, a context for each picture, people signed in as the demo has them.
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'

export const url = process.env.TONGXIN_URL ?? 'http://127.0.0.1:8787'

export async function camera(folder, only) {
  mkdirSync(folder, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--lang=zh-CN',
    ],
    env: { ...process.env, LANGUAGE: 'zh_CN' },
  })

  async function context({ phone = true, language = 'zh-CN', elder = false, login = '', size } = {}) {
    const made = await browser.newContext({
      viewport: size ?? (phone ? { width: 390, height: 844 } : { width: 1440, height: 900 }),
      isMobile: phone,
      hasTouch: phone,
      deviceScaleFactor: phone ? 2 : 1,
      locale: language,
      timezoneId: 'Asia/Shanghai',
      permissions: ['geolocation'],
      geolocation: { longitude: 117.2281, latitude: 39.1265, accuracy: 42 },
    })
    const signed = login ? await signIn(made.request, login) : null
    await made.addInitScript(
      ({ language, elder, signed }) => {
        localStorage.setItem('tongxin.language', language)
        localStorage.setItem('tongxin.elder', elder ? '1' : '0')
        if (signed) localStorage.setItem('tongxin.signed-in', '1')
      },
      { language, elder, signed: Boolean(signed) },
    )
    return { made, csrf: signed?.csrf ?? '' }
  }

  async function shoot(name, { path = '/', act, ...who } = {}) {
    if (only && !name.includes(only)) return
    const { made } = await context(who)
    const page = await made.newPage()
    page.on('console', (message) => message.type() === 'error' && console.log(name, 'console:', message.text()))
    page.on('pageerror', (fault) => console.log(name, 'page:', fault.stack))
    try {
      await page.goto(url + path)
      await page.waitForTimeout(1200)
      if (act) await act(page, made)
      await page.waitForTimeout(900)
      // Not while a page still waits for its answers.
      await page.locator('.skeleton').first().waitFor({ state: 'hidden', timeout: 15_000 })
      await page.screenshot({ path: `${folder}/${name}.png` })
    } catch (fault) {
      console.log(name, String(fault).split('\n')[0])
      process.exitCode = 1
    }
    await made.close()
  }

  // Runs with a signed-in person's requests, for what a picture needs to find.
  async function as(login, run) {
    const { made, csrf } = await context({ login })
    try {
      return await run(made.request, csrf)
    } finally {
      await made.close()
    }
  }
  const wanted = (name) => !only || name.includes(only) || only.includes(name)
  return { shoot, as, wanted, close: () => browser.close() }
}

// A name signs in with the demo's password.
async function signIn(request, login) {
  const reply = await request.post(`${url}/v1/session`, { data: { login, password: 'qinghe-demo' } })
  if (!reply.ok()) throw new Error(`${login} could not sign in: ${reply.status()}`)
  return reply.json()
}
