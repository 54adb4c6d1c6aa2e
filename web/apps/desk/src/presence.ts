// Who else has the record open. Said again every few seconds while the page is seen; a hint, nothing is decided by it.
import { answer, api, type Shape, useSession } from '@tongxin/core'
import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'

const every = 8_000

export function usePresence(id: () => string | null | undefined, acting: () => boolean) {
  const others = shallowRef<Shape['PresentView'][]>([])
  const session = useSession()
  const at = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  function leave() {
    const left = at.value
    at.value = ''
    others.value = []
    if (left && session.signedIn)
      void answer(api.DELETE('/v1/records/{id}/presence', { params: { path: { id: left } } })).catch(() => {})
  }
  async function say() {
    const mine = ++turn
    clearTimeout(timer)
    const now = id() ?? ''
    if (at.value !== now) leave()
    if (!now) return
    at.value = now
    if (document.visibilityState === 'visible')
      try {
        const found = await answer(
          api.POST('/v1/records/{id}/presence', { params: { path: { id: now } }, body: { acting: acting() } }),
        )
        if (mine === turn) others.value = found.items
      } catch {
        if (mine === turn) others.value = []
        return // not for me, or not now: the next record is asked about again
      }
    if (mine === turn) timer = setTimeout(() => void say(), every)
  }
  watch([id, acting], () => void say(), { immediate: true })
  onBeforeUnmount(() => {
    turn += 1
    clearTimeout(timer)
    leave()
  })
  return others
}
