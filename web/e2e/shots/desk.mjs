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
      act: (page) =>
        page
          .getByRole('button', { name: /怎么算的|How it was/ })
          .first()
          .click(),
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
    await shoot(`desk-calendars${tag}`, { phone: false, login: 'admin', path: '/desk/calendars?year=2026', ...more })
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
  const bring = async (page) => {
    await page.locator('#import-file').setInputFiles({
      name: '桃园社区花名册.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        '\uFEFF编号,姓名,手机,岗位,组织编码,区域编码,任职日期,备注\r\nT001,张三,13800138000,全科网格员,grid-1,第1网格,2026/1/1,\r\n' +
          'T002,李四,12,全科网格员,grid-2,第2网格,2026年1月1日,\r\nT003,王五,13900139000,兼职网格员,grid-99,第2网格,2026.13.1,\r\n',
      ),
    })
    await page.getByRole('button', { name: /^(上传|Upload)$/ }).click()
    await page.getByRole('button', { name: /^(检查|Check)$/ }).waitFor()
  }
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
  ]) {
    await shoot(`desk-imports${tag}`, { phone: false, login: 'admin', path: '/desk/imports', ...more })
    await shoot(`desk-import-columns${tag}`, {
      phone: false,
      login: 'admin',
      path: '/desk/imports',
      ...more,
      act: bring,
    })
    await shoot(`desk-import-checked${tag}`, {
      phone: false,
      login: 'admin',
      path: '/desk/imports',
      ...more,
      act: async (page) => {
        await bring(page)
        await page.getByRole('button', { name: /^(检查|Check)$/ }).click()
        await page.getByRole('button', { name: /重新检查|Check again/ }).waitFor()
        await page.getByRole('heading', { name: /有错的地方|Faults/ }).scrollIntoViewIfNeeded()
      },
    })
    await shoot(`desk-outgoing${tag}`, {
      phone: false,
      login: 'admin',
      path: '/desk/outgoing',
      ...more,
      act: (page) => page.getByRole('button', { name: /新增订阅|New subscription/ }).click(),
    })
    await shoot(`desk-export${tag}`, {
      phone: false,
      login: 'dispatch',
      path: '/desk/?list=area',
      ...more,
      act: (page) => page.getByRole('button', { name: /^(导出|Export)$/ }).click(),
    })
  }
  await shoot('desk-imports-narrow', { login: 'admin', path: '/desk/imports' })
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
