import '@tongxin/ui/styles/tokens.css'
import '@tongxin/ui/styles/base.css'
import '@tongxin/ui/styles/forms.css'
import './portal.css'
import { createWords, restoreElder } from '@tongxin/core'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startOutbox } from './outbox'
import { router } from './router'
import { registerWorker } from './worker'
import zh from './words/zh'

restoreElder()
void createWords(zh, () => import('./words/en')).then(() => {
  createApp(App).use(createPinia()).use(router).mount('#app')
  startOutbox()
  registerWorker()
})
