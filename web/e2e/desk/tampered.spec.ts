// Every page of the desk with tampered answers (e2e/tampered.ts), at both widths.
import { expect, test } from '../guard'
import { faults, markup, odd, tampered, turned } from '../tampered'
import { atDesk } from '../people'

const pages: [string, string[]][] = [
  ['dispatch', ['/desk/', '/desk/new', '/desk/messages', '/desk/me']],
  ['leader', ['/desk/board', '/desk/board?by=category', '/desk/board?by=grid', '/desk/screen', '/desk/pairing']],
  ['chief', ['/desk/rosters', '/desk/patrols']],
  ['secretary', ['/desk/callup', '/desk/links', '/desk/books']],
  ['admin', ['/desk/organisation', '/desk/grids', '/desk/imports', '/desk/packs', '/desk/calendars']],
  ['admin', ['/desk/tokens', '/desk/outgoing', '/desk/audit', '/desk/access', '/desk/health', '/desk/codes']],
]
for (const [login, paths] of pages)
  for (const size of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ])
    test(`tampered answers are text: ${login}, ${paths.join(' ')}, ${size.width} wide`, async ({ page }) => {
      test.setTimeout(120_000)
      await page.setViewportSize(size)
      await tampered(page, markup + odd + '字'.repeat(60) + turned)
      await atDesk(page, login, paths[0])
      const wrong: string[] = []
      for (const path of paths) {
        await page.goto(path)
        await expect(page.locator('main h1')).toBeAttached()
        wrong.push(...(await faults(page, path)))
      }
      await page.unrouteAll({ behavior: 'ignoreErrors' })
      expect(wrong).toEqual([])
    })
