// One import: what the server knows of it, read again while it is being worked on.
import { answer, api, type Shape } from '@tongxin/core'
import { onBeforeUnmount, ref, shallowRef } from 'vue'

export type ImportView = Shape['ImportView']
// The server has something to do with it now.
export const atWork = (view: ImportView) => view.state.endsWith('ing')
// Nothing was stored yet, so columns may still be changed.
export const openToChange = (view: ImportView) =>
  ['ready', 'checked', 'refused', 'failed', 'interrupted'].includes(view.state)

export function useImport(id: string) {
  const value = shallowRef<ImportView | null>(null)
  const fault = shallowRef<unknown>(null)
  const busy = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let gone = false

  function take(view: ImportView) {
    value.value = view
    clearTimeout(timer)
    if (atWork(view) && !gone) timer = setTimeout(() => void read(), 700)
  }
  async function read() {
    busy.value = true
    try {
      take(await answer(api.GET('/v1/imports/{id}', { params: { path: { id } } })))
      fault.value = null
    } catch (refused) {
      fault.value = refused
    } finally {
      busy.value = false
    }
  }
  void read()
  onBeforeUnmount(() => {
    gone = true
    clearTimeout(timer)
  })
  return { value, fault, busy, read, take }
}
