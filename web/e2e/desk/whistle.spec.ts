// A community secretary whistles for a department; the department signs in; the secretary sees it.
import { accessible, expect, test } from '../guard'
import { Hand, unique } from '../matters'
import { atDesk } from '../people'

test('the secretary whistles, the department signs in, the secretary sees who came', async ({
  page,
  playwright,
  baseURL,
}) => {
  test.setTimeout(120_000)
  await atDesk(page, 'secretary')
  const secretary = await Hand.on(page)
  const department = await Hand.of(playwright, baseURL!, 'dept')
  const words = unique()
  const made = await secretary.raise(`多部门才能办的事 ${words}`)
  await secretary.act(made.id, 'accept')
  const org = department.session.posts[0]!.org
  const name = (await department.get<{ name: string }>(`/v1/orgs/${org}`)).name
  await page.goto(`/desk/r/${made.id}`)
  await page.getByRole('button', { name: /^吹哨/ }).click()
  const dialog = page.getByRole('dialog')
  await accessible(page, 'whistling')
  await dialog.getByText('综合执法').click()
  await dialog.locator('#act-need').fill(`请到场联合处置 ${words}`)
  for (const field of ['#act-called', '#act-lead']) {
    await dialog.locator(field).fill(name)
    await dialog
      .getByRole('option', { name: new RegExp(name) })
      .first()
      .click()
  }
  await dialog.getByRole('button', { name: /^吹哨/ }).click()
  await expect(dialog).toHaveCount(0)
  const calls = page.getByRole('table', { name: '部门协办（吹哨与报到）' })
  await expect(calls.getByText('待报到')).toBeVisible()
  await expect(calls.getByText(name).first()).toBeVisible()
  await accessible(page, 'whistled')

  // the department's own desk
  await page.context().clearCookies()
  await atDesk(page, 'dept')
  const list = await department.get<{ items: { id: string; kind: string; title: string }[] }>(
    '/v1/records?list=todo&kind=department_call&sort=new',
  )
  const call = list.items.find((one) => one.title.includes(words))!
  await page.goto(`/desk/?chosen=${call.id}`)
  await page.getByRole('button', { name: '报到' }).click()
  await dialog.locator('#act-heads').fill('3')
  await dialog.getByRole('button', { name: /^报到/ }).click()
  await expect(page.getByText('“报到”已完成')).toBeVisible()

  await page.context().clearCookies()
  await atDesk(page, 'secretary')
  await page.goto(`/desk/r/${made.id}`)
  await expect(calls.getByText('已报到')).toBeVisible()
  const signed = calls
    .getByRole('columnheader')
    .allTextContents()
    .then((heads) => heads.indexOf('签收或报到'))
  const came = calls.getByRole('row').filter({ hasText: '已报到' })
  await expect(came.getByRole('cell').nth(await signed)).toHaveText(/^今天 \d\d:\d\d$/)
})
