// The Tab key alone: on every page of the desk each stop can be seen, carries the ring, and has a name.
import { expect, quiet, test } from '../guard'
import { atDesk } from '../people'

interface Stop {
  what: string
  named: boolean
  seen: boolean
  ring: boolean
  first: boolean
}
// Runs in the page.
function stop(): Stop | null {
  const at = document.activeElement as HTMLElement | null
  if (!at || at === document.body) return null
  // A date is one thing with three stops.
  const same = at.dataset.seenFocus === 'now'
  const seen = Boolean(at.dataset.seenFocus) && !same
  for (const one of document.querySelectorAll<HTMLElement>('[data-seen-focus]')) one.dataset.seenFocus = 'before'
  at.dataset.seenFocus = 'now'
  // Where the native control stands in its label or is hidden beside it, the ring is the label's.
  const next = at.nextElementSibling as HTMLElement | null
  const hidden = at.matches('.sr-only')
  const around = [
    at.closest<HTMLElement>('label'),
    hidden ? next : null,
    hidden ? next?.querySelector('.button') : null,
  ]
  const shown = (hidden && around.find((one) => one)) || at
  const box = shown.getBoundingClientRect()
  const ringed = [at, ...around].some((one) => {
    if (!one) return false
    const style = getComputedStyle(one)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  })
  const middle = document.elementFromPoint(
    Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)),
    Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height / 2, 20))),
  )
  const within = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
  const labelled = (at as HTMLInputElement).labels?.length
  return {
    what: at.outerHTML.slice(0, 160),
    named: Boolean(
      labelled || at.getAttribute('aria-label') || at.getAttribute('aria-labelledby') || at.textContent?.trim(),
    ),
    seen: within && middle !== null && (shown.contains(middle) || middle.contains(shown)),
    // The parts of a date draw a ring of their own.
    ring: ringed || same,
    first: !seen,
  }
}

// Whoever looks, looks once the page stands still: it may be scrolling to the stop.
async function still() {
  let last = ''
  for (let same = 0, frames = 0; same < 3 && frames < 120; frames += 1) {
    await new Promise(requestAnimationFrame)
    const box = document.activeElement?.getBoundingClientRect()
    const now = `${box?.left} ${box?.top} ${box?.width} ${box?.height}`
    same = now === last ? same + 1 : 0
    last = now
  }
}

const pages: [string, string[]][] = [
  ['dispatch', ['/desk/', '/desk/new', '/desk/messages', '/desk/me']],
  ['leader', ['/desk/board']],
  ['chief', ['/desk/rosters', '/desk/patrols']],
  ['secretary', ['/desk/callup', '/desk/links', '/desk/books', '/desk/pairing']],
  ['admin', ['/desk/organisation', '/desk/grids', '/desk/imports', '/desk/packs', '/desk/calendars']],
  [
    'admin',
    ['/desk/staffing', '/desk/tokens', '/desk/outgoing', '/desk/audit', '/desk/access', '/desk/health', '/desk/codes'],
  ],
]
for (const [login, paths] of pages)
  test(`each stop of the Tab key is seen: ${login}, ${paths.join(' ')}`, async ({ page }) => {
    test.setTimeout(120_000)
    await atDesk(page, login, paths[0])
    for (const path of paths) {
      await page.goto(path)
      await expect(page.locator('main h1')).toBeAttached()
      await quiet(page)
      // From the very beginning of the page.
      await page.locator('.skip-link').focus()
      const wrong: string[] = []
      let stops = 0
      for (; stops < 60; stops += 1) {
        await page.keyboard.press('Tab')
        const at = await page.evaluate(stop)
        if (!at || !at.first) break
        if (!at.seen) {
          await page.evaluate(still)
          at.seen = (await page.evaluate(stop))?.seen ?? false
        }
        if (!at.named || !at.seen || !at.ring)
          wrong.push(`${at.named ? '' : 'no name '}${at.seen ? '' : 'not seen '}${at.ring ? '' : 'no ring '}${at.what}`)
      }
      expect(wrong, path).toEqual([])
      expect(stops, `${path} can be walked through`).toBeGreaterThan(9)
    }
  })
