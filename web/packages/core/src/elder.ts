// 长者模式: one attribute on <html>, remembered on this phone.
import { ref } from 'vue'

const key = 'tongxin.elder'

export const elder = ref(false)

export function setElder(on: boolean): void {
  elder.value = on
  document.documentElement.toggleAttribute('data-elder', on)
  try {
    localStorage.setItem(key, on ? '1' : '0')
  } catch {
    // for this page only
  }
}

export function restoreElder(): void {
  try {
    if (localStorage.getItem(key) === '1') setElder(true)
  } catch {
    // stays standard
  }
}
