// Every page of the desk with tampered answers (e2e/tampered.ts), at both widths.
import { type Page } from '@playwright/test'
import { expect, test } from '../guard'
import { tampered, visit } from '../tampered'
import { atDesk } from '../people'

// A list of imports is empty until somebody has brought something in.
async function bringIn(page: Page): Promise<void> {
  await page.goto('/desk/imports')
  const sheet = {
    name: `花名册${'册'.repeat(60)}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from('工号,姓名\r\n1,张三\r\n'),
  }
  await page.locator('#import-file').setInputFiles(sheet)
  await page.getByRole('button', { name: '上传' }).click()
  await expect(page).toHaveURL(/\/imports\/./)
}

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
      await tampered(page)
      await atDesk(page, login, paths[0])
      if (paths.includes('/desk/imports')) await bringIn(page)
      expect(await visit(page, paths)).toEqual([])
    })
