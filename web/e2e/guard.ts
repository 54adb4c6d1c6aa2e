// What every browser test watches: no console error, no page error, no policy violation, nothing from another origin; and
// axe, run under the real content security policy.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { test as base, expect, type Page, type Request } from '@playwright/test'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// The browser's own line for a refused or unreachable request; the page's handling of it is what tests look at.
const expected =
  /Failed to load resource: (the server responded with a status of (401|404|409|422|429)|net::ERR_INTERNET_DISCONNECTED)/

// What each page has asked for and not been answered yet; the stream of changes never ends and is left out.
const unanswered = new WeakMap<Page, Set<Request>>()
function watch(page: Page) {
  const open = new Set<Request>()
  unanswered.set(page, open)
  page.on('request', (request) => void (/\/v1\/stream/.test(request.url()) || open.add(request)))
  page.on('requestfinished', (request) => void open.delete(request))
  page.on('requestfailed', (request) => void open.delete(request))
  page.on('framenavigated', (frame) => void (frame === page.mainFrame() && open.clear()))
}
// Until a page has its answers and has drawn them. A request that the browser never tells the end of holds nobody up for long:
// what is judged afterwards is the page.
export async function quiet(page: Page): Promise<void> {
  const open = unanswered.get(page)!
  for (let looks = 0, calm = 0; looks < 100 && calm < 3; looks += 1) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50))))
    calm = open.size ? 0 : calm + 1
  }
}

export const test = base.extend<{ guard: { allow: RegExp[] } }>({
  guard: [
    async ({ context, baseURL }, use) => {
      const wrong: string[] = []
      const guard = { allow: [] as RegExp[] }
      await context.addInitScript({ content: axe })
      await context.addInitScript({
        content: `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
      })
      context.on('console', (message) => {
        if (message.type() === 'error' && !expected.test(message.text())) wrong.push(`console: ${message.text()}`)
        if (message.type() === 'warning' && /\[Vue|\[intlify/.test(message.text()))
          wrong.push(`warning: ${message.text()}`)
      })
      context.on('weberror', (fault) => wrong.push(`page: ${fault.error().stack}`))
      context.on('page', watch)
      context.on('request', (request) => {
        const url = request.url()
        if (/^https?:/.test(url) && !url.startsWith(baseURL!)) wrong.push(`other origin: ${url}`)
      })
      await use(guard)
      expect(wrong.filter((line) => !guard.allow.some((one) => one.test(line)))).toEqual([])
    },
    { auto: true },
  ],
})
export { expect }

interface Violation {
  id: string
  help: string
  nodes: { html: string; target: unknown[]; failureSummary?: string }[]
}

export async function accessible(page: Page, what: string): Promise<void> {
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }).axe
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    return (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations
  })
  const told = found.map(
    (one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html.slice(0, 160)).join('\n  ')}`,
  )
  expect(told, what).toEqual([])
}

// Elder mode: every target at least 60 × 60 px, no text under 22 px.
export async function elderHolds(page: Page): Promise<void> {
  const wrong = await page.evaluate(() => {
    const found: string[] = []
    const shown = (element: Element) => {
      const box = element.getBoundingClientRect()
      return box.width > 2 && box.height > 2 && getComputedStyle(element).visibility !== 'hidden'
    }
    for (const element of document.querySelectorAll(
      'a, button, select, textarea, input:not(.sr-only), label.option, label.add',
    )) {
      if (
        !shown(element) ||
        element.closest('.sr-only, .skip-link') ||
        element.matches('input[type=radio], input[type=checkbox]')
      )
        continue
      const box = element.getBoundingClientRect()
      if (box.width < 59.5 || box.height < 59.5)
        found.push(`${Math.round(box.width)}×${Math.round(box.height)} ${element.outerHTML.slice(0, 90)}`)
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      if (
        !parent ||
        !node.textContent?.trim() ||
        !shown(parent) ||
        parent.closest('.sr-only, .skip-link, noscript, script')
      )
        continue
      const size = parseFloat(getComputedStyle(parent).fontSize)
      if (size < 21.9) found.push(`${size}px ${node.textContent.trim().slice(0, 30)}`)
    }
    return found
  })
  expect(wrong).toEqual([])
}

export async function heading(page: Page, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible()
}
