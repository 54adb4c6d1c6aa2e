// 长者模式 on every page, and English on every page.
import type { Page } from '@playwright/test'
import { openPatrols, openStaff, setOut } from '../duties'
import { accessible, elderHolds, expect, heading, quiet, test } from '../guard'
import { enter, perform, report, somebody, words } from '../people'
import { picture } from '../photo'

async function large(page: Page, what: string) {
  await page.locator('h1').waitFor()
  await elderHolds(page)
  await accessible(page, `${what}, elder`)
  const size = await page.locator('h1').evaluate((heading) => parseFloat(getComputedStyle(heading).fontSize))
  expect(size, `${what}: the page's title`).toBeGreaterThanOrEqual(30)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide, `${what} is not wider than the screen`).toBeLessThanOrEqual(0)
}
const elder = (page: Page) => page.addInitScript(() => localStorage.setItem('tongxin.elder', '1'))

test('the report asks one question at a time, every word and every target large', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: '长者模式' }).click()
  await large(page, 'home')
  expect(await page.getByRole('button', { name: '读给我听' }).count(), 'no voice here, no button').toBe(0)
  await page.getByRole('link', { name: /我要上报/ }).click()
  await page.locator('#report-photos').setInputFiles(picture)
  for (const step of ['现场照片', '是什么事', '在哪里', '说说情况', '联系方式']) {
    await expect(page.getByRole('heading', { level: 2, name: step })).toBeVisible()
    expect(await page.locator('main h2:visible').count(), 'one question').toBe(1)
    if (step === '是什么事') {
      await page.getByText('安全隐患').click()
      await expect(page.getByRole('link', { name: '119 火警' })).toBeVisible()
    }
    if (step === '在哪里') {
      await expect(page.getByText(/附近$/).first()).toBeVisible()
      await page.getByRole('button', { name: '选择小区和楼号' }).click()
      await page.getByRole('combobox').waitFor()
    }
    await large(page, step)
    if (step !== '联系方式') await page.getByRole('button', { name: '下一步' }).click()
  }
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await large(page, 'done')
})

test('a check-in asks one thing at a time; a walk is one of the things to choose', async ({ page, baseURL }) => {
  const { captain, warden, plan } = await openPatrols(baseURL!, 'part')
  const patrol = await setOut(baseURL!, warden, plan)
  await elder(page)
  await enter(page, 'part')
  await page.goto(`/duties/check/${patrol.id}`)
  const next = page.getByRole('button', { name: '下一步' })
  const one = async (heading: string) => {
    await expect(page.locator('main h2:visible')).toHaveText([new RegExp(`^${heading}`)])
    await large(page, `check-in, ${heading}`)
  }
  await one('打什么卡')
  await expect(page.getByText('第 1 步，共 2 步')).toBeVisible()
  await expect(page.getByRole('button', { name: '提交打卡' })).toHaveCount(0)
  await next.click()
  await one('位置')
  await expect(page.getByText(/^已定位/)).toBeVisible()
  await page.getByRole('button', { name: '提交打卡' }).click()
  await expect(page.getByText(/^打卡成功/)).toBeVisible()
  await page.getByRole('button', { name: '再打一次卡' }).click()
  await page.getByText('拍照取证').click()
  await next.click()
  await one('位置')
  await next.click()
  await one('照片')
  await page.locator('#check-photos').setInputFiles(picture)
  await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
  await next.click()
  await one('视频')
  await page.getByRole('button', { name: '上一步' }).click()
  await one('照片')
  await expect(page.getByRole('img', { name: '照片 1' })).toBeVisible()
  await next.click()
  await page.getByRole('button', { name: '提交打卡' }).click()
  await expect(page.getByText(/^打卡成功/)).toBeVisible()
  const kept = (await captain.get(`/v1/records/${patrol.id}/checkins`)).items as { sort: string; photos: number }[]
  expect(kept.map((each) => [each.sort, each.photos])).toEqual([
    ['start', 0],
    ['picture', 1],
  ])
  await page.getByRole('button', { name: '再打一次卡' }).click()
  await page.getByText('轨迹', { exact: true }).first().click()
  await next.click()
  await one('轨迹')
  await expect(page.getByRole('button', { name: '开始记录' })).toBeVisible()
  await expect(page.getByRole('button', { name: '提交打卡' })).toHaveCount(0)
  await warden.end()
  await captain.end()
})

test('every page of a resident and of a worker is large in elder mode', async ({ page, baseURL }) => {
  test.slow()
  await elder(page)
  for (const path of [
    '/',
    '/mine',
    '/near',
    '/me',
    '/me/data',
    '/accounts',
    '/shop',
    '/donation',
    '/duties',
    '/sign-in',
    '/sign-in?staff',
    '/w/outbox',
    '/nowhere',
  ]) {
    await page.goto(path)
    await large(page, path)
  }
  await page.goto('/report')
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '下一步' }).click()
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('alert')).toContainText('请选择是什么事')
  await large(page, 'report, refused')

  await enter(page, 'neighbour')
  const neighbour = await somebody(baseURL!, 'neighbour')
  const made = await neighbour.post('/v1/records', report(words('长者模式下的事项')))
  for (const path of ['/', '/mine', `/m/${made.id}`, '/me', '/me/data', '/accounts', '/shop']) {
    await page.goto(path)
    await large(page, `${path}, signed in`)
  }
  await page.goto(`/m/${made.id}`)
  await perform(page, '补充情况')
  await expect(page.getByRole('alert')).toContainText('请填写')
  await large(page, 'adding, refused')

  await enter(page, 'grid')
  const grid = await somebody(baseURL!, 'grid')
  const task = await neighbour.post(
    '/v1/records',
    report(words('长者模式下的任务'), { place: { area: grid.session.posts[0].area } }),
  )
  for (const path of ['/w', `/w/task/${task.id}`, '/w/log', '/me']) {
    await page.goto(path)
    await large(page, `${path}, worker`)
  }
  const { secretary, staff, slot } = await openStaff(baseURL!, 'grid')
  const turn = await slot(200, 203, 2)
  await grid.post(`/v1/slots/${turn.id}/take`, {}, 204)
  for (const path of ['/duties', `/duties/turn/${turn.id}`, `/duties/roster/${staff.id}`, '/duties/mine']) {
    await page.goto(path)
    await quiet(page)
    await large(page, `${path}, worker`)
  }
  await secretary.end()
  const { captain, warden, plan } = await openPatrols(baseURL!, 'grid')
  const patrol = await setOut(baseURL!, warden, plan)
  await page.goto(`/duties/check/${patrol.id}`)
  await page.getByRole('button', { name: '下一步' }).waitFor()
  await large(page, 'check-in')
  await captain.end()
  await warden.end()
  await grid.end()
  await neighbour.end()
})

test('where the device has a Chinese voice, the page is read aloud', async ({ page }) => {
  await elder(page)
  await page.addInitScript(() => {
    const said: string[] = []
    Object.assign(window, { said })
    const voice = { lang: 'zh-CN', localService: true, name: 'test', default: true, voiceURI: 'test' }
    Object.defineProperty(window, 'SpeechSynthesisUtterance', {
      value: class {
        voice: unknown
        constructor(public text: string) {}
      },
    })
    Object.defineProperty(window, 'speechSynthesis', {
      value: {
        getVoices: () => [voice],
        addEventListener: () => {},
        cancel: () => {},
        speak: (one: { text: string }) => said.push(one.text),
      },
    })
  })
  await page.goto('/')
  await page.getByRole('button', { name: '读给我听' }).click()
  await expect(page.getByRole('button', { name: '停止朗读' })).toBeVisible()
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said.join(''))
  expect(said).toContain('我要上报')
  await large(page, 'home, reading')
})

test('the portal speaks English completely', async ({ page, baseURL }) => {
  test.slow()
  await page.goto('/me')
  await page.getByText('English').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  // Names of places and people stay as they are; every word of the app and of the packs is English.
  const chinese = () =>
    page.evaluate(() => {
      const found: string[] = []
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement!
        if (parent.closest('bdi, [lang="zh-CN"], script, noscript, .where, .expected, .org')) continue
        if (/[\u4e00-\u9fff]/.test(node.textContent ?? '')) found.push(node.textContent!.trim())
      }
      return found
    })
  for (const path of [
    '/',
    '/report',
    '/mine',
    '/near',
    '/me',
    '/me/data',
    '/accounts',
    '/shop',
    '/donation',
    '/sign-in',
    '/w/outbox',
    '/nowhere',
  ]) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    await accessible(page, `${path}, English`)
    expect(await chinese(), path).toEqual([])
  }
  await page.goto('/report')
  await page.getByText('Garbage').click()
  await page.getByRole('button', { name: 'Submit' }).click()
  await heading(page, 'We have received your report')
  const grid = await somebody(baseURL!, 'grid')
  const task = await grid.post('/v1/records', report('Bin is full', { place: { area: grid.session.posts[0].area } }))
  await enter(page, 'grid')
  for (const path of ['/w', `/w/task/${task.id}`, '/w/log']) {
    await page.goto(path)
    await page.locator('h1').waitFor()
    await accessible(page, `${path}, English`)
  }
  for (const path of ['/duties', '/duties/mine']) {
    await page.goto(path)
    await quiet(page)
    await accessible(page, `${path}, English`)
    expect(await chinese(), path).toEqual([])
  }
  await page.goto('/w/log')
  await expect(page.getByRole('heading', { level: 1, name: 'Daily log' })).toBeVisible()
  await grid.end()
})
