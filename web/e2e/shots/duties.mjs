// Duties: the phone's pages in both languages and in elder mode, the desk's calendar, board, map and coverage. The demo has them.
const first = (name) => (page) => page.getByRole('link', { name }).first().click()

export async function dutyShots({ shoot }) {
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
    ['-elder', { elder: true }],
  ]) {
    await shoot(`phone-duties${tag}`, { login: 'part', path: '/duties', ...more })
    await shoot(`phone-check-in${tag}`, { login: 'part', path: '/duties', ...more, act: first(/^打卡$|^Check in$/) })
    await shoot(`phone-turn${tag}`, { login: 'grid', path: '/duties', ...more, act: first(/换班、退出|Swap or leave/) })
    await shoot(`phone-duty-settings${tag}`, { login: 'part', path: '/duties/mine', ...more })
  }
  await shoot('phone-duties-offline', {
    login: 'grid',
    path: '/duties',
    act: async (page, context) => {
      await page.evaluate(async () => void (await navigator.serviceWorker.ready))
      await page.waitForTimeout(800)
      await context.setOffline(true)
      await page.reload()
    },
  })
  await shoot('phone-duty-roster', { login: 'part', path: '/duties', act: first('看班表') })
  await shoot('wide-duties', { phone: false, login: 'part', path: '/duties' })
  const desk = { phone: false, login: 'secretary' }
  for (const [tag, more] of [
    ['', {}],
    ['-en', { language: 'en' }],
  ]) {
    await shoot(`desk-roster${tag}`, { ...desk, login: 'chief', path: '/desk/rosters?view=month', ...more })
    await shoot(`desk-callup${tag}`, { ...desk, path: '/desk/callup', ...more })
    await shoot(`desk-patrols${tag}`, {
      ...desk,
      login: 'chief',
      path: '/desk/patrols',
      ...more,
      act: (page) => page.locator('.tracks button').first().click(),
    })
    await shoot(`desk-links${tag}`, { ...desk, path: '/desk/links', ...more })
  }
  await shoot('desk-roster-week', { ...desk, path: '/desk/rosters' })
  await shoot('desk-slot', {
    ...desk,
    login: 'chief',
    path: '/desk/rosters?view=month',
    act: (page) => page.locator('.slot.lacks').first().click(),
  })
  await shoot('desk-roster-phone', { login: 'chief', path: '/desk/rosters' })
}
