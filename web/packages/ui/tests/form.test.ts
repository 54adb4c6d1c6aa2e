import { createWords, type FieldView, Refusal } from '@tongxin/core'
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { expect, test } from 'vitest'
import { nextTick } from 'vue'
import TxForm from '../src/TxForm.vue'

const base = { options: [], is_private: false, staff_only: false, required: false }
const fields: FieldView[] = [
  { ...base, name: 'satisfied', type: 'flag', label: { zh: '满意吗', en: 'Satisfied?' }, required: true },
  {
    ...base,
    name: 'reason',
    type: 'text',
    label: { zh: '不满意的原因', en: 'Why not' },
    visible_when: { op: 'not', args: [{ name: 'input.satisfied', type: 'flag' }] },
  },
]

async function form() {
  await createWords({}, async () => ({ default: {} }))
  const wrapper = mount(TxForm, {
    attachTo: document.body,
    global: { plugins: [createPinia()] },
    props: {
      fields,
      modelValue: { satisfied: null, reason: null } as Record<string, unknown>,
      context: { staff: false, record: {} },
      prefix: 'act',
      'onUpdate:modelValue': (next: Record<string, unknown>) => void wrapper.setProps({ modelValue: next }),
    },
  })
  return wrapper
}
type Exposed = { submit: () => unknown; refuse: (fault: unknown) => boolean }

test('an incomplete form answers with a summary that has the focus and a message at the field', async () => {
  const wrapper = await form()
  expect((wrapper.vm as unknown as Exposed).submit()).toBeNull()
  await nextTick()
  await nextTick()
  expect(wrapper.get('[role=alert]').text()).toContain('请选择“满意吗”')
  expect(document.activeElement).toBe(wrapper.get('[role=alert]').element)
  expect(wrapper.get('#act-satisfied-fault').text()).toBe('请选择“满意吗”')
})

test('answering no brings the reason, answering yes takes it away; nothing typed is lost', async () => {
  const wrapper = await form()
  const [yes, no] = wrapper.findAll('input[type=radio]')
  await no!.trigger('change')
  await wrapper.get('#act-reason').setValue('又堆满了')
  await yes!.trigger('change')
  expect(wrapper.find('#act-reason').exists()).toBe(false)
  await no!.trigger('change')
  expect((wrapper.get('#act-reason').element as HTMLInputElement).value).toBe('又堆满了')
  expect((wrapper.vm as unknown as Exposed).submit()).toEqual({ satisfied: false, reason: '又堆满了' })
})

test("the server's own sentence stands at the field it names", async () => {
  const wrapper = await form()
  const refusal = new Refusal(422, { errors: [{ at: '/form/satisfied', code: 'required', detail: '请先评价' }] })
  expect((wrapper.vm as unknown as Exposed).refuse(refusal)).toBe(true)
  await nextTick()
  expect(wrapper.get('#act-satisfied-fault').text()).toBe('请先评价')
  expect(
    (wrapper.vm as unknown as Exposed).refuse(new Refusal(422, { errors: [{ at: '/place', code: 'x', detail: 'y' }] })),
  ).toBe(false)
})
