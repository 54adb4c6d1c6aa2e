// Pages for paper, as Chromium prints them: A4, Chinese text that can be read back, page numbers, heads that repeat.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { accessible, expect, heading, test } from '../guard'
import { signInDesk } from '../people'

interface Printed {
  pages: string[]
  size: string
}

async function printed(page: Page): Promise<Printed> {
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-paper-'))
  try {
    const path = join(folder, 'page.pdf')
    await page.pdf({ path, preferCSSPageSize: true, printBackground: true })
    const about = execFileSync('pdfinfo', [path], { encoding: 'utf8' })
    const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
    return { pages: text.split('\f').slice(0, -1), size: /Page size:\s+(.*)/.exec(about)?.[1] ?? '' }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('the sheet of a case prints on A4 with its number, its course and page numbers', async ({ page }) => {
  await signInDesk(page)
  const list = await page.request.get('/v1/records?list=area&kind=issue&limit=1')
  const { items } = (await list.json()) as { items: { id: string; number: string }[] }
  await page.goto(`/print/records/${items[0]!.id}`)
  await heading(page, /处置单/)
  await accessible(page, 'case sheet')
  const paper = await printed(page)
  expect(paper.size).toMatch(/^59[45](\.\d+)? x 84[12](\.\d+)? pts \(A4\)/)
  const first = paper.pages[0]!.replace(/\s+/g, '')
  expect(first).toContain('处置单')
  expect(first).toContain(items[0]!.number)
  expect(paper.pages.join('').replace(/\s+/g, '')).toContain('办理经过')
  paper.pages.forEach((text, i) => expect(text).toMatch(new RegExp(`—\\s*${i + 1}\\s*/\\s*${paper.pages.length}\\s*—`)))
})

test('the report of a month prints with heads that repeat on every page', async ({ page }) => {
  await signInDesk(page)
  await page.goto('/print/statistics')
  await heading(page, /工作通报/)
  await accessible(page, 'report of a month')
  // More rows than a page holds, whatever the demo has of them.
  await page.evaluate(() => {
    const rows = document.querySelector('tbody')!
    for (let i = 0; i < 60; i++) rows.append(rows.rows[0]!.cloneNode(true))
  })
  const paper = await printed(page)
  expect(paper.pages.length).toBeGreaterThan(2)
  const head = (text: string) => /指标\s+本月/.test(text)
  expect(paper.pages.filter(head).length).toBeGreaterThan(1)
  expect(paper.pages[0]!.replace(/\s+/g, '')).toContain('工作通报')
  paper.pages.forEach((text, i) => expect(text).toMatch(new RegExp(`—\\s*${i + 1}\\s*/\\s*${paper.pages.length}\\s*—`)))
})
