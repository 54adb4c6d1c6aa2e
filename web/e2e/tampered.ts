// Answers of the server as if somebody had written into every name, title and sentence of theirs: markup, turned writing, emoji, rare
// characters, too much. Whatever a page shows of them is text, stays within the screen, and turns nothing around it.
import { type Page } from '@playwright/test'
import { expect, quiet } from './guard'

const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
const turned = '\u202Egnp.exe'
const odd = '\u{1F468}‍\u{1F469}‍\u{1F467}\u{20BB7}田'
const more = markup + odd + '字'.repeat(60) + turned
// What people type; names of machines (`name` of an action) and words of packs are not theirs.
const typed = /^(title|name|unit|place_text|area_name|org_name|reason|note|description|detail|path)$/
const said = /^(text|memo)$/

function tamper(value: unknown, key = '', inside = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => tamper(one, key, inside))
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, tamper(one, name, key)]))
  const theirs = typed.test(key) || said.test(key) || (said.test(inside) && /^(zh|en)$/.test(key))
  return theirs && typeof value === 'string' && /[^\x20-\x7e]/.test(value) ? value + more : value
}

export async function tampered(page: Page): Promise<void> {
  await page.route(
    (url) => url.pathname.startsWith('/v1/') && url.pathname !== '/v1/stream',
    async (route) => {
      if (route.request().method() !== 'GET') return route.fallback()
      const response = await route.fetch()
      if (!/json/.test(response.headers()['content-type'] ?? '')) return route.fulfill({ response })
      await route.fulfill({ response, json: tamper(await response.json()) })
    },
  )
}

// Runs in the page: writing that turns what follows it must stand alone in an element that keeps it to itself.
function turning(): string[] {
  const found: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent?.includes('\u202E')) continue
    let around = node.parentElement!
    if (around.closest('script, style, template, [hidden]')) continue
    const keeps = (one: Element) => {
      const style = getComputedStyle(one)
      return style.display === 'none' || style.display !== 'inline' || /isolate|plaintext/.test(style.unicodeBidi)
    }
    while (!keeps(around) && around.parentElement) around = around.parentElement
    const all = document.createTreeWalker(around, NodeFilter.SHOW_TEXT)
    for (let other = all.nextNode(); other; other = all.nextNode())
      if (other !== node && other.textContent?.trim() && !other.textContent.includes('\u202E')) {
        const own = other.parentElement!
        if (own !== around && keeps(own)) continue
        found.push(
          `${around.outerHTML.slice(0, 120)} … ${node.textContent.trim().slice(0, 24)} | ${other.textContent.trim()}`,
        )
        break
      }
  }
  return found
}

// What is wrong with the page as it stands.
async function faults(page: Page, where: string): Promise<string[]> {
  await quiet(page)
  const found = (await page.evaluate(turning)).map((one) => `turns: ${one}`)
  const title = await page.title()
  if (title === 'owned') found.push('ran what was written')
  if (/[\u202A-\u202E]/.test(title)) found.push('turned writing in the title of the window')
  if (await page.locator('img[src="x"]').count()) found.push('markup became an element')
  const wide = await page.evaluate(() =>
    document.documentElement.scrollWidth <= innerWidth
      ? []
      : [...document.querySelectorAll('body *')]
          .filter((one) => {
            if (one.getBoundingClientRect().right <= innerWidth + 1) return false
            for (let around = one.parentElement; around && around !== document.body; around = around.parentElement)
              if (getComputedStyle(around).overflowX !== 'visible') return false
            return true
          })
          .map((one) => one.outerHTML.slice(0, 100))
          .slice(0, 8),
  )
  found.push(...wide.map((one) => `wider than the screen: ${one}`))
  return found.map((one) => `${where} ${one}`)
}

// What is wrong with each of the pages.
export async function visit(page: Page, paths: readonly string[]): Promise<string[]> {
  const wrong: string[] = []
  for (const path of paths) {
    await page.goto(path)
    await expect(page.locator('main h1')).toBeAttached()
    wrong.push(...(await faults(page, path)))
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  return wrong
}
