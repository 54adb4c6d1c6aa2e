// The desk, the board, the administration.
import { url } from './camera.mjs'

export async function deskShots({ shoot, as }) {
  const tasks = await as(
    'grid',
    async (request) => (await (await request.get(`${url}/v1/records?list=todo&sort=due`)).json()).items,
  )
  const handling = tasks.find((one) => one.state === 'handling') ?? tasks[0]
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
    await shoot(`desk-board${tag}`, { phone: false, login: 'leader', path: '/desk/board', ...more })
    await shoot(`desk-screen${tag}`, {
      phone: false,
      size: { width: 1920, height: 1080 },
      login: 'leader',
      path: '/desk/screen',
      ...more,
    })
    await shoot(`desk-grids${tag}`, {
      phone: false,
      login: 'admin',
      path: '/desk/grids',
      ...more,
      act: async (page) => {
        await page.locator('#grids-within').selectOption({ index: 1 })
        await page.locator('.list button').first().click()
      },
    })
    await shoot(`desk-organisation${tag}`, { phone: false, login: 'admin', path: '/desk/organisation', ...more })
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
  await shoot('desk-bulk', {
    phone: false,
    login: 'dispatch',
    path: '/desk/',
    act: async (page) => {
      await page.getByRole('checkbox', { name: '选择列出的全部' }).check()
      await page.getByRole('group', { name: '批量办理' }).getByRole('button').first().click()
    },
  })
  await shoot('desk-queue-narrow', { login: 'dispatch', path: '/desk/' })
  await shoot('desk-board-narrow', { login: 'leader', path: '/desk/board' })
  for (const page of ['calendars', 'tokens', 'audit', 'access', 'health'])
    await shoot(`desk-${page}`, { phone: false, login: 'admin', path: `/desk/${page}` })
  await shoot('desk-codes', { phone: false, login: 'admin', path: '/desk/codes' })
  await shoot('desk-packs', { phone: false, login: 'admin', path: '/desk/packs' })
  await shoot('desk-messages', { phone: false, login: 'admin', path: '/desk/messages' })
  await shoot('desk-me', { phone: false, login: 'admin', path: '/desk/me' })
  await shoot('desk-sign-in', { phone: false, path: '/desk/sign-in' })
}
