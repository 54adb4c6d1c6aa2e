// Administration: organisations and posts, grids, packs, calendars, tokens, logs, health.
import { accessible, expect, heading, test } from '../guard'
import { Hand, unique } from '../matters'
import { atDesk } from '../people'

test('an organisation is founded, moved and renamed, and its history tells', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/organisation')
  await heading(page, '组织机构')
  const hand = await Hand.on(page)
  const { items } = await hand.get<{ items: { id: string; name: string; kind: string; area?: string }[] }>('/v1/orgs')
  const street = items.find((one) => one.kind === 'street_office') ?? items[0]!
  const name = unique()
  await hand.post(
    '/v1/orgs',
    { parent: street.id, kind: street.kind, code: name, name, area: street.area, reason: '试办' },
    201,
  )
  await page.locator('#org-words').fill(name)
  await page.getByRole('button', { name: new RegExp(name) }).click()
  await page.getByRole('button', { name: '更名' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('#post-name').fill(`${name}新`)
  await accessible(page, 'renaming an organisation')
  await dialog.getByRole('button', { name: '更名' }).click()
  await expect(dialog.getByText('请填写“依据（文件号或决定）”').first()).toBeVisible()
  await dialog.locator('#post-reason').fill('同办〔2026〕1号')
  await dialog.getByRole('button', { name: '更名' }).click()
  await expect(page.getByText('已更名。')).toBeVisible()
  await page.getByRole('button', { name: '移动' }).click()
  const other = items.find((one) => one.id !== street.id && one.kind !== street.kind)!
  await dialog.locator('#post-parent').fill(other.name)
  await dialog
    .getByRole('option', { name: new RegExp(other.name) })
    .first()
    .click()
  await dialog.locator('#post-reason').fill('同办〔2026〕2号')
  await dialog.getByRole('button', { name: '移动' }).click()
  await expect(page.getByText('已移动')).toBeVisible()
  await expect(page.getByRole('heading', { name: '沿革' })).toBeVisible()
  await expect(page.getByRole('row', { name: new RegExp(other.name) }).first()).toBeVisible()
  await accessible(page, 'organisation with history')
  await page.goto('/desk/audit')
  await expect(page.getByText('调整单位').first()).toBeVisible()
  await accessible(page, 'audit')
})

test('the staffing says whose term ends and who serves in two organisations', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/staffing')
  await heading(page, '人员到位')
  await expect(page.getByRole('row', { name: /全科网格员.*每个网格都应有/ })).toBeVisible()
  const hand = await Hand.on(page)
  type Row = { post: { id: string; org: string; area: string }; person: { id: string; name: string } }
  const { items } = await hand.get<{ items: Row[] }>('/v1/posts?role=grid_worker_part')
  const { items: orgs } = await hand.get<{ items: { id: string; kind: string; area: string }[] }>('/v1/orgs')
  const [worker] = items
  const committee = orgs.find((one) => one.kind === 'community_committee' && one.id !== worker!.post.org)!
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
  const asked = { person: worker!.person.id, role: 'community_worker', org: committee.id, area: committee.area }
  const { post } = await hand.post<Row>('/v1/posts', { ...asked, from: day(-1), until: day(20) }, 201)
  await page.reload()
  const terms = page.getByRole('region', { name: '90 天内届满的任期' })
  await expect(terms.getByRole('listitem').filter({ hasText: worker!.person.name }).first()).toContainText(
    /还有 \d+ 天/,
  )
  const cross = page.getByRole('region', { name: '交叉任职' })
  await expect(cross.getByRole('listitem').filter({ hasText: worker!.person.name }).first()).toContainText('社区工作者')
  await accessible(page, 'staffing')
  await hand.post(`/v1/posts/${post.id}/end`, { until: day(0) }, 204)
})

test('a boundary is checked before it is saved', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/grids')
  await heading(page, '网格')
  await page.locator('#grids-within').selectOption({ index: 1 })
  await expect(page.getByText('没有空白，没有重叠')).toBeVisible()
  await page.getByRole('button', { name: '第1网格' }).first().click()
  await page.getByRole('button', { name: '沿革' }).click()
  await expect(page.getByRole('dialog').locator('tbody tr').first()).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).click()
  await accessible(page, 'grids')
  await page.getByRole('button', { name: '画新网格' }).click()
  await page.getByRole('button', { name: '检查' }).click()
  await expect(page.getByRole('alert')).toContainText('请先在地图上画出边界')
  // the middle of a grid that is there, as coordinates: a small square that takes its ground from that grid
  const within = new URL(page.url()).searchParams.get('within')!
  const hand = await Hand.on(page)
  const { features } = await hand.get<{ features: { geometry: { coordinates: number[][][] } }[] }>(
    `/v1/areas/boundaries?level=grid&within=${within}`,
  )
  const ring = features[0]!.geometry.coordinates[0]!
  const lon = ring.reduce((sum, [x]) => sum + x!, 0) / ring.length
  const lat = ring.reduce((sum, [, y]) => sum + y!, 0) / ring.length
  const square = (size: number) => ({
    type: 'Polygon',
    coordinates: [
      [
        [lon - size, lat - size],
        [lon + size, lat - size],
        [lon + size, lat + size],
        [lon - size, lat + size],
        [lon - size, lat - size],
      ],
    ],
  })
  await page.locator('summary', { hasText: '或粘贴边界坐标' }).click()
  await page.locator('#grid-pasted').fill('不是坐标')
  await page.getByRole('button', { name: '使用这个边界' }).click()
  await expect(page.getByRole('alert')).toContainText('看不懂这段坐标')
  await page.locator('#grid-pasted').fill(JSON.stringify(square(0.0002)))
  await page.getByRole('button', { name: '使用这个边界' }).click()
  await page.getByRole('button', { name: '检查' }).click()
  await expect(page.getByText(/检查通过：\d+ 个网格/)).toBeVisible()
  await accessible(page, 'grid checked')
  // one that covers everything leaves its neighbours nothing
  await page.locator('#grid-pasted').fill(JSON.stringify(square(0.2)))
  await page.getByRole('button', { name: '使用这个边界' }).click()
  await page.getByRole('button', { name: '检查' }).click()
  await expect(page.getByText(/有 \d+ 处需要改/)).toBeVisible()
  await page.getByRole('button', { name: '放弃修改' }).click()
})

test('a boundary is drawn with the mouse', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/grids')
  await page.locator('#grids-within').selectOption({ index: 1 })
  await expect(page.getByText('没有空白，没有重叠')).toBeVisible()
  await page.getByRole('button', { name: '画新网格' }).click()
  const box = (await page.locator('.editor .canvas').boundingBox())!
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const
  await page.mouse.click(...at(0.45, 0.45))
  await page.mouse.click(...at(0.55, 0.45))
  await page.mouse.click(...at(0.55, 0.55))
  await page.mouse.dblclick(...at(0.45, 0.55))
  await page.locator('#grid-name').fill('第9网格')
  await page.getByRole('button', { name: '检查' }).click()
  await expect(page.getByText(/检查通过：\d+ 个网格|有 \d+ 处需要改/)).toBeVisible()
})

test('a boundary is drawn and changed with keys alone', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/grids')
  await page.locator('#grids-within').selectOption({ index: 1 })
  await expect(page.getByText('没有空白，没有重叠')).toBeVisible()
  await page.getByRole('button', { name: '画新网格' }).press('Enter')
  const map = page.locator('.editor .canvas')
  const rows = page.locator('.corners li')
  await map.focus()
  for (const [key, n] of [
    ['ArrowRight', 1],
    ['ArrowDown', 2],
    ['ArrowLeft', 3],
  ] as const) {
    await page.keyboard.press('Enter')
    await expect(rows).toHaveCount(n)
    // The map glides to where the key sends it: the next corner is taken once it stands still elsewhere.
    const before = await map.evaluate((box) => box.closest('.editor')!.getAttribute('data-middle'))
    await page.keyboard.press(key)
    await expect.poll(() => map.evaluate((box) => box.closest('.editor')!.getAttribute('data-middle'))).not.toBe(before)
  }
  await accessible(page, 'corners of a new grid')
  await rows
    .first()
    .getByRole('button', { name: /后加一点/ })
    .press('Enter')
  await expect(rows).toHaveCount(4)
  const lon = page.getByRole('spinbutton', { name: '角点 1 经度' })
  const before = Number(await lon.inputValue())
  await lon.press('ArrowUp')
  expect(Number(await lon.inputValue())).toBeCloseTo(before + 0.00001, 5)
  await rows.nth(3).getByRole('button', { name: /去掉/ }).press('Enter')
  await expect(rows).toHaveCount(3)
  await page.locator('#grid-name').fill('第9网格')
  await page.getByRole('button', { name: '检查' }).press('Enter')
  await expect(page.getByText(/检查通过：\d+ 个网格|有 \d+ 处需要改/)).toBeVisible()
  await page.getByRole('button', { name: '放弃修改' }).press('Enter')

  // A corner of a grid that is there moves, and what it would leave behind is told.
  await page.getByRole('button', { name: '修改边界' }).press('Enter')
  await page.locator('.list button').first().press('Enter')
  await expect(page.getByRole('heading', { name: /的角点/ })).toBeVisible()
  await page.getByRole('spinbutton', { name: '角点 1 纬度' }).press('ArrowUp')
  await accessible(page, 'corners of a grid')
  await page.getByRole('button', { name: '检查' }).press('Enter')
  await expect(page.getByText(/检查通过：\d+ 个网格|有 \d+ 处需要改/)).toBeVisible()
  await page.getByRole('button', { name: '放弃修改' }).press('Enter')
})

test('a grid that nobody serves is merged into its neighbour; one in use says what stands against it', async ({
  page,
}) => {
  await atDesk(page, 'admin', '/desk/grids')
  await page.locator('#grids-within').selectOption({ index: 2 })
  await expect(page.getByText('没有空白，没有重叠')).toBeVisible()
  const within = new URL(page.url()).searchParams.get('within')!
  const hand = await Hand.on(page)
  const { features } = await hand.get<{ features: { geometry: { coordinates: number[][][] } }[] }>(
    `/v1/areas/boundaries?level=grid&within=${within}`,
  )
  const ring = features[0]!.geometry.coordinates[0]!
  const [lon, lat] = [0, 1].map((axis) => ring.reduce((sum, point) => sum + point[axis]!, 0) / ring.length)
  const corner = (x: number, y: number) => [lon! + x * 0.0002, lat! + y * 0.0002]
  const boundary = {
    type: 'Polygon',
    coordinates: [[corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]],
  }
  const name = unique()
  const drawn = await page.request.put('/v1/areas/boundaries', {
    headers: { 'X-CSRF-Token': hand.csrf, 'Accept-Language': 'zh-CN' },
    data: { items: [{ parent: within, level: 'grid', name, boundary }], take: true },
  })
  expect((await drawn.json()).saved).toBe(true)
  await page.reload()
  const dialog = page.getByRole('dialog')
  const merge = async (from: string, into: string) => {
    await page.locator('.list').getByRole('button', { name: from }).click()
    await page.getByRole('button', { name: '合并到相邻网格' }).click()
    await dialog.getByRole('button', { name: '合并到相邻网格' }).click()
    await expect(dialog.getByRole('alert')).toContainText('请选择并入哪个网格')
    await dialog.getByLabel('并入哪个网格').selectOption({ label: into })
    await dialog.getByLabel('依据（文件号或决定）').fill('同办〔2026〕3号')
    await dialog.getByRole('button', { name: '合并到相邻网格' }).click()
  }
  await merge('第1网格', '第2网格')
  await expect(dialog.getByRole('alert')).toContainText('还在使用，没有合并')
  await expect(dialog.getByRole('alert')).toContainText('请先调整岗位')
  await accessible(page, 'merging, refused')
  await dialog.getByRole('button', { name: '先不合并' }).click()
  await merge(name, '第1网格')
  await expect(page.getByText(`“${name}”已并入“第1网格”。`)).toBeVisible()
  await expect(page.locator('.list').getByRole('button', { name })).toHaveCount(0)
  await expect(page.getByText('没有空白，没有重叠')).toBeVisible()
})

test('packs are checked, calendars read, tokens made and revoked, the house is well', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/packs')
  await page.getByRole('button', { name: '检查机制包' }).click()
  await expect(page.getByText('检查通过。')).toBeVisible({ timeout: 20_000 })
  await accessible(page, 'packs checked')
  await page.goto('/desk/calendars')
  await expect(page.getByText('机关工作时间').first()).toBeVisible()
  await page.goto('/desk/tokens')
  await page.getByRole('button', { name: '新建令牌' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '新建令牌' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('请写明用途')
  await accessible(page, 'making a token')
  const name = unique()
  await page.locator('#token-name').fill(name)
  await page.getByRole('dialog').getByRole('button', { name: '新建令牌' }).click()
  await expect(page.getByText('只显示这一次')).toBeVisible()
  // It cannot be given back, so it is asked first.
  const revoke = page.getByRole('button', { name: `撤销 ${name}` })
  await revoke.click()
  await expect(page.getByRole('dialog')).toContainText('不能恢复')
  await accessible(page, 'revoking a token')
  await page.getByRole('button', { name: '先不撤销' }).click()
  await expect(revoke).toBeVisible()
  await revoke.click()
  await page.getByRole('dialog').getByRole('button', { name: '撤销', exact: true }).click()
  await expect(revoke).toHaveCount(0)
  await page.goto('/desk/health')
  await expect(page.getByRole('heading', { name: /数据库/ })).toBeVisible()
  await accessible(page, 'health')
})

test('holidays and make-up days of a year are read from a notice, looked at, saved and told in the log', async ({
  page,
}) => {
  await atDesk(page, 'admin', '/desk/calendars?year=2031')
  const office = page.getByRole('region', { name: '机关工作时间' })
  await expect(office.getByText('2031 年还没有放假和调休的日子。')).toBeVisible()
  await office.getByLabel('粘贴放假通知的正文').fill('没有日子的话')
  await office.getByRole('button', { name: '读出日子' }).click()
  await expect(office.getByRole('status')).toContainText('没有读出日子')
  await office
    .getByLabel('粘贴放假通知的正文')
    .fill('一、元旦：1月1日（周三）至3日（周五）放假调休，共3天。1月5日（周日）上班。')
  await office.getByRole('button', { name: '读出日子' }).click()
  await expect(office.getByText('加入了 4 天，还没有保存。')).toBeVisible()
  await office.getByLabel('从', { exact: true }).fill('2031-05-01')
  await office.getByRole('button', { name: '加入这一年' }).click()
  await expect(office.getByRole('status')).toContainText('请写明是什么假日')
  const name = `${unique()}<img src=x>`
  await office.getByLabel('名称').fill(name)
  await office.getByRole('button', { name: '加入这一年' }).click()
  await expect(office.getByRole('row', { name: /2031-01-01 – 2031-01-03 放假 元旦/ })).toBeVisible()
  await expect(office.getByRole('row', { name: /2031-01-05 调休上班/ })).toBeVisible()
  await accessible(page, 'a year before it is saved')
  await office.getByLabel('依据（可不填）').fill(`国办 ${name}`)
  await office.getByRole('button', { name: '保存 2031 年的日历（5 天有变化）' }).click()
  await expect(office.getByText('已保存，从现在起按新日历计算。')).toBeVisible()
  await page.reload()
  await expect(office.getByRole('row', { name: /2031-01-01 – 2031-01-03/ })).toBeVisible()
  await expect(office.getByText(name)).toBeVisible()
  await accessible(page, 'a year')
  await page.goto('/desk/audit')
  await expect(page.getByText(`office 2031 · 国办 ${name}`)).toBeVisible()

  await page.goto('/desk/calendars?year=2031')
  for (const days of ['2031-01-01 – 2031-01-03', '2031-01-05', '2031-05-01'])
    await office.getByRole('button', { name: `去掉 ${days}`, exact: true }).click()
  await office.getByRole('button', { name: /^保存 2031 年/ }).click()
  await expect(office.getByText('2031 年还没有放假和调休的日子。')).toBeVisible()
  await atDesk(page, 'dispatch', '/desk/calendars?year=2026')
  await expect(office.getByRole('row', { name: /国庆节/ })).toBeVisible()
  await expect(office.getByRole('button', { name: '读出日子' })).toHaveCount(0)
})

test('who looks at what is hidden leaves a trace that administration reads', async ({ page, playwright, baseURL }) => {
  const dispatcher = await Hand.of(playwright, baseURL!, 'dispatch')
  const reason = `核实 ${unique()}`
  const secretary = await Hand.of(playwright, baseURL!, 'secretary')
  const made = await secretary.post<{ id: string; number: string }>(
    '/v1/records',
    {
      kind: 'issue',
      category: 'road',
      place: { area: dispatcher.session.posts[0]!.area },
      form: { description: `请回电 ${reason}`, contact_phone: '13800000009' },
    },
    201,
  )
  await dispatcher.post(`/v1/records/${made.id}/unseal`, { reason })
  await atDesk(page, 'admin', '/desk/access')
  await expect(page.getByRole('row', { name: new RegExp(reason) })).toContainText(dispatcher.session.person.name)
  await accessible(page, 'who looked')
})

test('what is the administrators’ is not offered to others', async ({ page }) => {
  await atDesk(page, 'secretary', '/desk/organisation')
  await heading(page, '组织机构')
  await expect(page.getByRole('link', { name: '修改记录' })).toHaveCount(0)
  await page.goto('/desk/audit')
  await heading(page, '组织机构')
  expect((await page.request.get('/v1/audit')).status()).toBe(403)
})

test('plates for buildings are made; the sheet stands before its pictures are drawn, and is printed with all of them', async ({
  page,
}) => {
  await page.addInitScript(() => {
    window.print = () =>
      document.body.setAttribute('data-printed', String(document.querySelectorAll('.sheet img').length))
  })
  await atDesk(page, 'admin', '/desk/codes')
  const plates = page.locator('.sheet li')
  await expect(plates.first()).toBeVisible()
  const number = await plates.count()
  expect(number).toBeGreaterThan(100)
  await page.getByRole('button', { name: '打印这一页' }).click()
  // Hundreds of pictures are drawn first.
  await expect(page.locator('body')).toHaveAttribute('data-printed', String(number), { timeout: 30_000 })
  await expect(page.locator('.sheet .undrawn')).toHaveCount(0)
  await accessible(page, 'codes')
})

test('a plate is made for what it shall open, and taken out of use', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/codes')
  await page.locator('#codes-area').fill('桃园里 1 号楼')
  await page
    .getByRole('option', { name: /桃园里 1 号楼/ })
    .first()
    .click()
  const spoken = page.locator('.sheet li').filter({ hasText: '码上说' })
  await expect(spoken).toHaveCount(1)
  await page.locator('#codes-new').fill('桃园里 1 号楼')
  await page
    .getByRole('option', { name: /桃园里 1 号楼/ })
    .first()
    .click()
  await page.getByLabel('扫码后填写').selectOption('码上说')
  await page.getByRole('button', { name: '制作' }).click()
  await expect(page.getByText('已制作，可以打印。')).toBeVisible()
  await expect(spoken).toHaveCount(2)
  await spoken.first().getByRole('button', { name: '停用' }).click()
  await expect(page.getByRole('heading', { name: /^停用桃园社区.*的扫码牌$/ })).toBeVisible()
  await accessible(page, 'plate, to be taken out of use')
  await page.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
  await expect(spoken).toHaveCount(1)
})

test('the log of changes is printed whole, with what it is and who printed it', async ({ page }) => {
  await page.addInitScript(() => {
    window.print = () => void document.documentElement.setAttribute('data-printed', '')
  })
  await atDesk(page, 'admin', '/desk/audit')
  const rows = page.locator('tbody tr')
  await expect(page.getByRole('button', { name: '显示更多' })).toBeVisible()
  const shown = await rows.count()
  await page.getByRole('button', { name: '打印' }).click()
  await expect(page.locator('html[data-printed]')).toBeAttached()
  expect(await rows.count()).toBeGreaterThan(shown)
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.print-head')).toContainText('修改记录')
  await expect(page.locator('.print-head')).toContainText('打印于')
  await expect(page.getByRole('button', { name: '打印' })).toBeHidden()
})

test('a subscription is deleted only after it was asked', async ({ page }) => {
  await atDesk(page, 'admin', '/desk/outgoing')
  await page.getByRole('button', { name: '新增订阅' }).click()
  const name = unique()
  await page.getByRole('dialog').getByLabel('名称', { exact: true }).fill(name)
  await page.getByRole('dialog').getByLabel('网址', { exact: true }).fill('https://example.org/hook')
  await page.getByRole('dialog').locator('button[type=submit]').click()
  const row = page.getByRole('row', { name: new RegExp(name) })
  await row.getByRole('button', { name: '删除' }).click()
  await page.getByRole('button', { name: '先不删除' }).click()
  await expect(row).toBeVisible()
  await row.getByRole('button', { name: '删除' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '删除', exact: true }).click()
  await expect(row).toHaveCount(0)
})
