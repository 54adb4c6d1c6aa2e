import { accessible, expect, heading, test } from '../guard'
import { enter, perform, pressAct, report, signInWorker, somebody, words } from '../people'
import { picture } from '../photo'

test('a grid worker finds a task, starts it and says what was done @wide', async ({ page, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  await signInWorker(page)
  await heading(page, '今日')
  const session = await (await page.request.get('/v1/session')).json()
  const text = words('垃圾桶满了')
  const made = await neighbour.post('/v1/records', report(text, { place: { area: session.posts[0].area } }))
  await page.reload()
  await accessible(page, 'today')
  await page.locator('.task', { hasText: text }).click()
  await heading(page, text)
  await accessible(page, 'task')
  await perform(page, '开始处置')
  await expect(page.getByText('“开始处置”已提交')).toBeVisible()
  await perform(page, '办结')
  await expect(page.getByRole('alert')).toContainText('请填写“处理结果”')
  await accessible(page, 'task, refused')
  await page.locator('#act-result').fill('已清理并复查')
  await page.locator('#act-after').setInputFiles(picture)
  await pressAct(page, '办结')
  await expect(page.getByText('“办结”已提交')).toBeVisible()
  await expect(page.getByText('已清理并复查')).toBeVisible()
  await perform(page, '反馈', async () => {
    await page.locator('#act-reply').fill('垃圾桶已清空')
  })
  await expect(page.getByText('“反馈”已提交')).toBeVisible()
  expect((await neighbour.get(`/v1/records/${made.id}`)).answer).toBe('垃圾桶已清空')
  await neighbour.end()
})

test('what is too big is passed up; help is asked for; names stand where numbers are kept', async ({
  page,
  baseURL,
}) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  await enter(page, 'grid')
  await page.goto('/w')
  const session = await (await page.request.get('/v1/session')).json()
  const place = { area: session.posts[0].area }
  const text = words('屋面漏雨')
  const made = await neighbour.post('/v1/records', report(text, { category: 'water', place }))
  await page.goto(`/w/task/${made.id}`)
  await perform(page, '开始处置')
  await expect(page.getByText('“开始处置”已提交')).toBeVisible()
  await page.getByRole('button', { name: /^其他办法/ }).click()
  await perform(page, '请求上级支持', async () => {
    await page.getByText('镇街', { exact: true }).click()
    await page.locator('#act-task').fill('需要登高车')
  })
  await expect(page.getByText('“请求上级支持”已提交')).toBeVisible()
  await perform(page, '吹哨', async () => {
    await page.getByText('应急处置', { exact: true }).click()
    await page.locator('#act-need').fill('到场会商')
    await page.locator('#act-called').fill('住房建设')
    await page
      .getByRole('option', { name: /住房建设/ })
      .first()
      .click()
    await page.locator('#act-lead').fill('住房建设')
    await page
      .getByRole('option', { name: /住房建设/ })
      .first()
      .click()
    await accessible(page, 'task, choosing departments')
  })
  await expect(page.getByText('“吹哨”已提交')).toBeVisible()
  await expect(
    page
      .locator('.timeline')
      .getByText(/住房建设科/)
      .first(),
  ).toBeVisible()
  const body = await page.locator('main').innerText()
  expect(body, 'no numbers of the program').not.toMatch(/\b[0-9][0-9a-hjkmnp-tv-z]{12}\b/)
  await perform(page, '上报上级', async () => {
    await page.locator('#act-reason').fill('需要大修')
  })
  await expect(page.getByText('“上报上级”已提交')).toBeVisible()
  expect((await neighbour.get(`/v1/records/${made.id}`)).holder_level).toBe('community')
  await neighbour.end()
})

test('on the walk a worker reports with camera and position', async ({ page }) => {
  await enter(page, 'part')
  await page.goto('/w')
  await page.getByRole('link', { name: '上报', exact: true }).first().click()
  await heading(page, '我要上报')
  await page.locator('#report-photos').setInputFiles([picture, { ...picture, name: 'IMG_0002.png' }])
  await expect(page.getByRole('img', { name: '照片 2' })).toBeVisible()
  await page.getByText('乱停车').click()
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await expect(page.locator('.number')).toHaveText(/^TX-/)
})

test('the log of the day is drafted from what was done, corrected, and written once', async ({ page, baseURL }) => {
  // Each run of the demo has one such worker, and a day has one log.
  const part = await somebody(baseURL!, 'part')
  const grid = part.session.posts[0].area
  const text = words('非机动车占道')
  const made = await part.post('/v1/records', report(text, { category: 'parking', place: { area: grid } }))
  await part.post(`/v1/records/${made.id}/actions/handle`, { form: {} })
  await enter(page, 'part')
  await page.goto('/w')
  await page.getByRole('link', { name: '民情日志' }).click()
  await heading(page, '民情日志')
  const matters = page.locator('#log-matters')
  await expect(matters).toHaveValue(new RegExp(`${text}（提交、开始处置）`))
  await accessible(page, 'log, drafted')
  await page.getByRole('button', { name: '提交日志' }).click()
  await expect(page.getByRole('alert')).toContainText('巡查次数')
  await page.locator('#log-rounds').fill('2')
  await matters.fill(`${await matters.inputValue()}\n下午劝导三次`)
  await page.reload()
  await expect(matters, 'kept while it is written').toHaveValue(/下午劝导三次/)
  await page.getByRole('button', { name: '提交日志' }).click()
  await expect(page.getByText('日志已提交。')).toBeVisible()
  await expect(page.getByText('今天的日志已写好。')).toBeVisible()
  await page.getByRole('link', { name: '查看今天的日志' }).click()
  await expect(page.getByText(/下午劝导三次/).first()).toBeVisible()
  await part.end()
})
