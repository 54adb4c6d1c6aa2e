import { accessible, expect, heading, test } from '../guard'
import { enter, perform, pressAct, report, signInResident, somebody, words } from '../people'
import { picture } from '../photo'

test('a resident adds what was forgotten, sees the answer, and says why it is not good enough', async ({
  page,
  baseURL,
}) => {
  const [neighbour, grid] = [await somebody(baseURL!, 'neighbour'), await somebody(baseURL!, 'grid')]
  const text = words('楼道堆放杂物')
  const made = await neighbour.post('/v1/records', report(text, { place: { area: grid.session.posts[0].area } }))
  await enter(page, 'neighbour')
  await page.goto('/mine')
  await page.getByRole('link', { name: new RegExp(text) }).click()
  await heading(page, text)
  await expect(page.getByText(/前处理$/)).toBeVisible()
  await perform(page, '补充情况', async () => {
    await page.locator('#act-more').fill('今天又多了')
    await page.locator('#act-more_photos').setInputFiles(picture)
  })
  await expect(page.getByText('“补充情况”已提交')).toBeVisible()
  await expect(page.locator('.timeline').getByText('今天又多了')).toBeVisible()
  expect(await page.getByRole('button', { name: '催一下' }).count(), 'not on the first day').toBe(0)

  const act = (action: string, form: object) => grid.post(`/v1/records/${made.id}/actions/${action}`, { form })
  await act('handle', {})
  await act('resolve', { result: '已清走' })
  await act('feed_back', { reply: '楼道已经清理' })
  await page.reload()
  await expect(page.getByText('楼道已经清理').first()).toBeVisible()
  // Plain words: how it stands, not what the office calls what it did.
  const told = page.locator('.timeline strong')
  await expect(told).toHaveText(['已办结 · 待评价', '办理中 · 正在核实结果', '办理中', '补充情况', '提交'])
  await accessible(page, 'answered')
  await perform(page, '评价', async () => {
    await page.getByText('否', { exact: true }).click()
  })
  await expect(page.getByRole('alert')).toContainText('请填写“不满意的原因”')
  await accessible(page, 'rating, refused')
  await page.locator('#act-reason').fill('又堆满了')
  await pressAct(page, '评价')
  await expect(page.getByText('“评价”已提交')).toBeVisible()
  expect((await grid.get(`/v1/records/${made.id}`)).state, 'taken up again').toBe('handling')
  await grid.end()
  await neighbour.end()
})

test('a report can be withdrawn', async ({ page, baseURL }) => {
  const neighbour = await somebody(baseURL!, 'neighbour')
  const text = words('报错了地方')
  const made = await neighbour.post('/v1/records', report(text))
  await enter(page, 'neighbour')
  await page.goto(`/m/${made.id}`)
  await perform(page, '撤回')
  await expect(page.getByText('“撤回”已提交')).toBeVisible()
  await expect(page.locator('span.state', { hasText: '已撤回' })).toBeVisible()
  await neighbour.end()
})

test('an errand is asked of the red agents, done and confirmed', async ({ page, baseURL }) => {
  const agent = await somebody(baseURL!, 'agent')
  const text = words('代取药品')
  await enter(page, 'neighbour')
  await page.goto('/')
  await page.getByRole('button', { name: /更多服务/ }).click()
  await page.getByRole('link', { name: '代办事项' }).click()
  await heading(page, '代办事项')
  await page.getByText('代购代缴').click()
  await page.getByRole('button', { name: '选择小区和楼号' }).click()
  const area = agent.session.posts[0]
  const building = area.area_name.replace('社区', '')
  await page.locator('#report-building').fill(building)
  await page.getByRole('option', { name: building }).first().click()
  await page.locator('#report-what').fill(text)
  await page.getByText('是', { exact: true }).click()
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await page.getByRole('link', { name: '查看这件事项' }).click()
  await heading(page, text)
  const id = new URL(page.url()).pathname.split('/').pop()!
  await agent.post(`/v1/records/${id}/actions/accept`, { form: {} })
  await agent.post(`/v1/records/${id}/actions/deliver`, { form: { result: '药已取回' } })
  await page.reload()
  await expect(page.getByText('药已取回').first()).toBeVisible()
  await perform(page, '确认')
  await expect(page.getByText('“确认”已提交')).toBeVisible()
  await agent.end()
})

test('my data: what is stored, who looked, correcting, asking the office, a copy, leaving', async ({
  page,
  baseURL,
}) => {
  const dispatch = await somebody(baseURL!, 'dispatch')
  await signInResident(page)
  const me = await (await page.request.get('/v1/session')).json()
  const post = (path: string, data: object) =>
    page.request.post(path, { data, headers: { 'X-CSRF-Token': me.csrf } }).then((reply) => reply.json())
  const text = words('井盖响')
  const made = await post(
    '/v1/records',
    report(text, { form: { description: text, contact_phone: '13800138000', contact_name: '王阿姨' } }),
  )
  await dispatch.post(`/v1/records/${made.id}/unseal`, { reason: '回访核实' })

  await page.goto('/me')
  await accessible(page, 'me')
  await page.getByRole('link', { name: '我的信息、谁看过' }).click()
  await heading(page, '我的信息')
  await expect(page.getByText(me.person.name).first()).toBeVisible()
  const looked = page.getByRole('region', { name: '谁看过我的信息' })
  await expect(looked).toContainText(dispatch.session.person.name)
  await expect(looked).toContainText('原因：回访核实')
  await expect(looked).toContainText(made.number)
  await accessible(page, 'my data')

  await page.getByRole('button', { name: '更正 住址' }).click()
  await page.locator('#corrected').fill('桃园里 5 号楼 302')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('已更正。')).toBeVisible()
  await expect(page.getByText('桃园里 5 号楼 302')).toBeVisible()
  await page.getByRole('button', { name: '更正 姓名' }).click()
  await page.locator('#corrected').fill(' ')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('alert')).toContainText('请填写姓名')
  await accessible(page, 'my data, refused')
  await page.locator('#corrected').fill('王\u{20BB7}')
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('王\u{20BB7}').first()).toBeVisible()
  const copy = await page.request.get('/v1/me/export')
  expect(await copy.text()).toContain(text)

  await page.getByRole('link', { name: '提出请求' }).click()
  await heading(page, '个人信息请求')
  await page.getByText('更正', { exact: true }).click()
  await page.locator('#report-which').fill('事项里的称呼写错了')
  await expect(page.getByText(/附近$/).first()).toBeVisible()
  await accessible(page, 'request about my data')
  await page.getByRole('button', { name: '提交' }).click()
  await heading(page, '已收到您的上报')
  await page.goto('/me/data')
  await page.getByRole('region', { name: '请求更正、删除或说明' }).getByRole('link', { name: /GX-/ }).click()
  await expect(page).toHaveURL(/\/m\//)
  const id = new URL(page.url()).pathname.split('/').pop()!
  await dispatch.post(`/v1/records/${id}/actions/take`, { form: {} })
  await dispatch.post(`/v1/records/${id}/actions/answer`, { form: { reply: '已更正称呼' } })
  await page.reload()
  await expect(page.getByText('已更正称呼').first()).toBeVisible()
  await perform(page, '确认')
  await expect(page.getByText('“确认”已提交')).toBeVisible()

  await page.goto('/me/data')
  await page.getByRole('button', { name: '删除我的账号' }).click()
  await expect(page.getByRole('alert')).toContainText('删除后无法恢复')
  await accessible(page, 'my data, leaving')
  await page.getByRole('button', { name: '删除账号和信息' }).click()
  await expect(page.getByText('您的账号和个人信息已删除。')).toBeVisible()
  expect((await page.request.get('/v1/session')).status()).toBe(401)
  expect((await dispatch.get(`/v1/records/${made.id}`)).title, 'the matter itself goes on').toBe(text)
  await dispatch.end()
})

test('who serves my building stands on my page', async ({ page }) => {
  await page.goto('/me')
  await page.locator('#my-building').fill('桃园里')
  await page
    .getByRole('option', { name: /桃园里/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { name: '谁为我服务' })).toBeVisible()
  await expect(page.getByText('全科网格员').first()).toBeVisible()
  await accessible(page, 'me, building chosen')
})
