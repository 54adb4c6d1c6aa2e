import '@tongxin/ui/styles/tokens.css'
import '@tongxin/ui/styles/base.css'
import '@tongxin/ui/styles/forms.css'
import './desk.css'
import { createWords } from '@tongxin/core'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import zh from './words/zh'

void createWords(zh, () => import('./words/en')).then(() => {
  createApp(App).use(createPinia()).use(router).mount('#app')
})
