import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { alias } from './vite.shared'

process.env.TZ = 'UTC' // times must come out in the realm's zone, whatever the machine's is

export default defineConfig({
  plugins: [vue()],
  resolve: { alias },
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  test: { environment: 'happy-dom', include: ['{packages,apps}/*/tests/**/*.test.ts'], restoreMocks: true },
})
