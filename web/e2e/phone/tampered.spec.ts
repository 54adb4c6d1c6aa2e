// Every page of the phone with tampered answers (e2e/tampered.ts): residents, workers, and large type.
import { expect, test } from '../guard'
import { tampered, visit } from '../tampered'
import { enter, signInResident } from '../people'

const pages: [string, string[]][] = [
  ['', ['/', '/report', '/near', '/sign-in']],
  ['resident', ['/', '/report', '/mine', '/near', '/me', '/accounts', '/shop', '/donation']],
  ['grid', ['/w', '/w/log', '/w/outbox', '/duties', '/duties/mine', '/me']],
]
for (const elder of [false, true])
  for (const [login, paths] of pages)
    test(`tampered answers are text: ${login || 'nobody'}${elder ? ', elder' : ''}, ${paths.join(' ')}`, async ({
      page,
    }) => {
      test.setTimeout(120_000)
      await tampered(page)
      if (elder) await page.addInitScript(() => localStorage.setItem('tongxin.elder', '1'))
      if (login === 'resident') await signInResident(page)
      else if (login) await enter(page, login)
      expect(await visit(page, paths)).toEqual([])
    })
