// Reading aloud, only where the browser has a Chinese voice (or an English one for English): no service abroad is asked.
import { ref } from 'vue'
import type { Language } from './language'

const voices = ref<SpeechSynthesisVoice[]>([])
export const speaking = ref(false)

function look(): void {
  voices.value = globalThis.speechSynthesis?.getVoices() ?? []
}

export function watchVoices(): void {
  if (!globalThis.speechSynthesis) return
  look()
  speechSynthesis.addEventListener?.('voiceschanged', look)
}

// The voice on this device for a language; a voice that lives in the network is none.
export function voiceFor(language: Language): SpeechSynthesisVoice | null {
  const prefix = language === 'en' ? 'en' : 'zh'
  return voices.value.find((voice) => voice.lang.toLowerCase().startsWith(prefix) && voice.localService) ?? null
}

export function stopReading(): void {
  globalThis.speechSynthesis?.cancel()
  speaking.value = false
}

export function readAloud(text: string, language: Language): void {
  const voice = voiceFor(language)
  if (!voice) return
  stopReading()
  // Sentence by sentence: long texts are cut off by some engines.
  const sentences = text.split(/(?<=[。！？；!?\n])/).filter((one) => one.trim())
  speaking.value = sentences.length > 0
  for (const [index, sentence] of sentences.entries()) {
    const said = new SpeechSynthesisUtterance(sentence)
    said.voice = voice
    said.lang = voice.lang
    said.rate = 0.9
    if (index === sentences.length - 1) said.onend = said.onerror = () => (speaking.value = false)
    speechSynthesis.speak(said)
  }
}
