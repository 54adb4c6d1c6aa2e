import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { shared } from '../../vite.shared'

export default defineConfig({ ...shared('desk'), plugins: [vue()] })
