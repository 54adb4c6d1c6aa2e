// The portal: residents and field workers.
import { url } from './camera.mjs'

export async function portalShots({ shoot, as }) {
  const read = (login, query) =>
    as(login, async (request) => (await (await request.get(`${url}/v1/records?${query}`)).json()).items)
  const mine = await read('resident', 'list=mine&sort=new')
  const tasks = await read('grid', 'list=todo&sort=due&open=true')
  const task = tasks.find((one) => one.state === 'handling') ?? tasks[0]

  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
    ['-elder', { elder: true }],
  ]) {
    await shoot(`phone-home${tag}`, { login: 'resident', ...more })
    await shoot(`phone-report${tag}`, {
      path: '/report',
      ...more,
      act: async (page) => {
        if (more.elder) return page.getByRole('button', { name: '下一步' }).click()
        await page
          .locator('label', { hasText: /垃圾清运|Garbage/ })
          .first()
          .click()
      },
    })
    if (mine[0]) await shoot(`phone-matter${tag}`, { login: 'resident', path: `/m/${mine[0].id}`, ...more })
    if (task) await shoot(`phone-task${tag}`, { login: 'grid', path: `/w/task/${task.id}`, ...more })
  }
  await shoot('phone-today', { login: 'grid', path: '/w' })
}
