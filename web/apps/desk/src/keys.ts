// Keys of the desk (5.7 of the design): off while somebody types, while an input method composes, while a dialog is open,
// and when the person switched them off.
import { onBeforeUnmount, onMounted, ref } from 'vue'

const stored = 'tongxin.keys'
export const keysOn = ref(read())

function read(): boolean {
  try {
    return localStorage.getItem(stored) !== '0'
  } catch {
    return true
  }
}

export function setKeys(on: boolean): void {
  keysOn.value = on
  try {
    localStorage.setItem(stored, on ? '1' : '0')
  } catch {
    // for this page only
  }
}

// Ctrl+Enter sends the form that holds the focus, from any field of it; in a dialog, the dialog's form from anywhere.
export function sendOnCtrlEnter(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !event.ctrlKey || event.isComposing) return
  const form =
    (event.target as HTMLElement).closest('form') ?? document.querySelector<HTMLFormElement>('dialog[open] form')
  if (!form) return
  event.preventDefault()
  form.requestSubmit()
}

export function useKeys(keys: (key: string, event: KeyboardEvent) => boolean): void {
  const hear = (event: KeyboardEvent) => {
    if (event.defaultPrevented || !keysOn.value || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return
    const target = event.target as HTMLElement
    if (target.closest('input, textarea, select, [contenteditable], [role="application"]')) return
    if (document.querySelector('dialog[open]')) return
    if (event.key === 'Enter' && target.closest('a, button')) return
    if (keys(event.key.length === 1 ? event.key.toUpperCase() : event.key, event)) event.preventDefault()
  }
  onMounted(() => document.addEventListener('keydown', hear))
  onBeforeUnmount(() => document.removeEventListener('keydown', hear))
}
