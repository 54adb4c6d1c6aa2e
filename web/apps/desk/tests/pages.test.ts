// A list that grows page by page: all of it for printing, and its first page anew without going away for a moment.
import { flushPromises } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { watch } from 'vue'
import { usePages } from '../src/pages'

const pages: Record<string, { items: number[]; next?: string }> = {
  '': { items: [1, 2], next: 'b' },
  b: { items: [3, 4], next: 'c' },
  c: { items: [5] },
}

test('everything is loaded before a list is printed, and not more than a person would read', async () => {
  const list = usePages(async ({ cursor }) => pages[cursor ?? '']!)
  await flushPromises()
  expect(list.rows.value).toEqual([1, 2])
  await list.loadAll(3)
  expect(list.rows.value).toEqual([1, 2, 3, 4])
  await list.loadAll()
  expect(list.rows.value).toEqual([1, 2, 3, 4, 5])
})

test('a page that fails ends the loading of all', async () => {
  let asked = 0
  const list = usePages<number>(async ({ cursor }) => {
    if (cursor && (asked += 1)) throw new Error('lost')
    return pages['']!
  })
  await flushPromises()
  await list.loadAll()
  expect(asked).toBe(1)
  expect(list.rows.value).toEqual([1, 2])
  expect(list.moreFault.value).not.toBe('')
})

test('renewed, the first page stands in place of all and is never empty in between', async () => {
  let first = [1, 2]
  const list = usePages(async ({ cursor }) => (cursor ? pages[cursor]! : { items: first, next: 'b' }))
  await flushPromises()
  await list.loadAll(3)
  const seen: number[] = []
  watch(list.rows, (now) => seen.push(now.length), { flush: 'sync' })
  first = [9, 1]
  await list.renew()
  expect(list.rows.value).toEqual([9, 1])
  expect(list.next.value).toBe('b')
  expect(list.busy.value).toBe(false)
  expect(seen).toEqual([2])
})
