// The portal: residents and field workers, both widths, both languages, elder mode. The matters are made for the pictures.
import { url } from './camera.mjs'

const here = { lon: 117.2281, lat: 39.1265 }

async function prepare(as) {
  const raise = (request, csrf, category, description, place, more = {}) =>
    request
      .post(`${url}/v1/records`, {
        data: { kind: 'issue', category, place, form: { description, ...more } },
        headers: { 'X-CSRF-Token': csrf },
      })
      .then((reply) => reply.json())
  const act = (request, csrf, id, action, form = {}) =>
    request.post(`${url}/v1/records/${id}/actions/${action}`, { data: { form }, headers: { 'X-CSRF-Token': csrf } })
  const grid = await as('grid', async (request) => {
    const session = await (await request.get(`${url}/v1/session`)).json()
    return { area: session.posts[0].area }
  })
  const made = await as('resident', async (request, csrf) => ({
    bulky: await raise(request, csrf, 'garbage', '单元门口堆着旧沙发，三天没人清', grid, {
      contact_phone: '13800138000',
    }),
    lamp: await raise(request, csrf, 'unclear', '三单元楼道灯不亮', grid),
    pipe: await raise(request, csrf, 'water', '地下室水管漏水', grid),
    hazard: await raise(request, csrf, 'hazard', '楼道里给电动车充电，插线板发烫', grid),
    nearby: await raise(request, csrf, 'garbage', '垃圾桶满了没人收', here),
  }))
  await as('grid', async (request, csrf) => {
    await act(request, csrf, made.bulky.id, 'handle')
    await act(request, csrf, made.lamp.id, 'handle')
    await act(request, csrf, made.lamp.id, 'resolve', { result: '已更换灯泡' })
    await act(request, csrf, made.lamp.id, 'feed_back', { reply: '三单元楼道灯已换新，晚上请留意是否亮。' })
    await request.post(`${url}/v1/records/${made.bulky.id}/unseal`, {
      data: { reason: '上门前电话联系' },
      headers: { 'X-CSRF-Token': csrf },
    })
  })
  return made
}

const press = (name) => (page) => page.getByRole('button', { name, exact: true }).click()

export async function portalShots({ shoot, as }) {
  const made = await prepare(as)
  const task = `/w/task/${made.bulky.id}`
  const choose = (text) => (page) => page.locator('label', { hasText: text }).first().click()

  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
    ['-elder', { elder: true }],
  ]) {
    await shoot(`phone-home${tag}`, { login: 'resident', ...more })
    await shoot(`phone-report${tag}`, {
      path: '/report',
      ...more,
      act: more.elder ? press('下一步') : choose(/垃圾清运|Garbage/),
    })
    await shoot(`phone-matter${tag}`, { login: 'resident', path: `/m/${made.lamp.id}`, ...more })
    await shoot(`phone-data${tag}`, { login: 'resident', path: '/me/data', ...more })
    await shoot(`phone-today${tag}`, { login: 'grid', path: '/w', ...more })
    await shoot(`phone-task${tag}`, { login: 'grid', path: task, ...more })
    await shoot(`phone-log${tag}`, { login: 'grid', path: '/w/log', ...more })
  }
  await shoot('phone-report-fault', { path: '/report', act: press('提交') })
  await shoot('phone-report-map', {
    path: '/report',
    act: (page) => page.getByRole('button', { name: /在地图上调整/ }).click(),
  })
  await shoot('phone-rate', {
    login: 'resident',
    path: `/m/${made.lamp.id}`,
    act: async (page) => {
      await press('评价')(page)
      await page.locator('label', { hasText: /^否$/ }).click()
    },
  })
  await shoot('phone-mine', { login: 'resident', path: '/mine' })
  await shoot('phone-near', { path: '/near', act: press('在地图上看') })
  await shoot('phone-me', { login: 'resident', path: '/me' })
  await shoot('phone-sign-in', { path: '/sign-in' })
  // Somebody at the desk is first while the phone has no network.
  await shoot('phone-conflict', {
    login: 'grid',
    path: task,
    act: async (page, context) => {
      await context.setOffline(true)
      await press('办结')(page)
      await page.locator('#act-result').fill('旧沙发已清走')
      await press('办结')(page)
      await page.getByText('已存在手机里').waitFor()
      await as('dispatch', (request, csrf) =>
        request.post(`${url}/v1/records/${made.bulky.id}/actions/sort`, {
          data: { form: { about: 'road' } },
          headers: { 'X-CSRF-Token': csrf },
        }),
      )
      await context.setOffline(false)
      await page.waitForTimeout(1500)
      await page.goto(`${url}/w/outbox`)
    },
  })
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
  ]) {
    await shoot(`wide-home${tag}`, { phone: false, login: 'resident', ...more })
    await shoot(`wide-report${tag}`, { phone: false, path: '/report', ...more })
    await shoot(`wide-matter${tag}`, { phone: false, login: 'resident', path: `/m/${made.lamp.id}`, ...more })
    await shoot(`wide-today${tag}`, { phone: false, login: 'grid', path: '/w', ...more })
  }
}
