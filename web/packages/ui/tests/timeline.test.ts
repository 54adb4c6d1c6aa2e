import { createWords, type EventView, type KindView, setLanguage } from '@tongxin/core'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, test } from 'vitest'
import TxTimeline from '../src/TxTimeline.vue'

const state = (name: string, zh: string, en: string) => ({ name, label: { zh: name, en: name }, resident: { zh, en } })
const kind = {
  actions: [],
  states: [
    state('collected', '已提交', 'Submitted'),
    state('assigned', '已受理', 'Accepted'),
    state('returned', '已受理', 'Accepted'),
    state('paused', '暂缓办理', 'On hold'),
    state('handling', '办理中', 'Being handled'),
  ],
} as unknown as KindView
const office = { zh: '街道派遣员', en: 'Dispatcher' }
const event = (seq: number, zh: string, from_state: string, to_state: string, actor_role?: object) =>
  ({
    id: `${seq}`,
    seq,
    at: '2026-11-22T02:00:00Z',
    label: { zh, en: zh },
    from_state,
    to_state,
    actor_role,
    form: {},
    notes: [],
  }) as unknown as EventView
const events = [
  event(1, '提交', '', 'collected'),
  event(2, '受理', 'collected', 'assigned', office),
  event(3, '退回', 'assigned', 'returned', office),
  event(4, '挂账', 'returned', 'paused', office),
  event(5, '评价', 'paused', 'handling'),
]
async function told(resident: boolean) {
  await createWords({}, async () => ({ default: {} }))
  const wrapper = mount(TxTimeline, {
    global: { plugins: [createPinia()] },
    props: { events, kind, now: new Date('2026-11-22T03:00:00Z'), resident },
  })
  return wrapper.findAll('strong').map((one) => one.text())
}

test('residents read how it stood after what the office did, and what they did themselves', async () => {
  expect(await told(true)).toEqual(['评价', '暂缓办理', '退回', '已受理', '提交'])
  setLanguage('en')
  expect((await told(true))[1]).toBe('On hold')
  setLanguage('zh-CN')
})
test('staff read what was done', async () => {
  expect(await told(false)).toEqual(['评价', '挂账', '退回', '受理', '提交'])
})
