import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { compiledAhead, shared, targets } from '../../vite.shared'

const common = shared('portal')

export default defineConfig({
  ...common,
  build: {
    ...common.build,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // A form that a page asks for later would otherwise stand in one chunk with the field that the page shows at once.
            { name: 'form', test: /Tx(Form|Voice)\.vue/ },
            // Small parts of the pages with a form, for the same reason as below.
            { name: 'page', test: /core\/src\/(draft|submit|here)\.ts|parts\/PageHead\.vue|portal\/src\/place\.ts/ },
            // What every page loads comes in two files: each file more costs a phone several milliseconds of its one thread.
            {
              name: 'vendor',
              test: /node_modules\/(@vue\/|vue-router|pinia|idb|openapi-fetch|@lucide)/,
            },
            {
              name: 'base',
              test: /core\/src\/(client|db|elder|format|id|language|outbox|problem|stores|words\/(index|zh))\.ts|ui\/src\/(TxState\.vue|useAsk)|portal\/src\/(outbox|icons)\.ts|(preload|export)-helper/,
            },
          ],
        },
      },
    },
  },
  plugins: [
    vue(),
    compiledAhead,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      injectManifest: {
        target: targets,
        globPatterns: ['index.html', 'assets/*.{js,css}', '*.{svg,png}'],
        // The map is fetched when somebody opens it; every other page works without a network.
        globIgnores: ['desk/**', 'assets/TxMap*', '**/*.map'],
        maximumFileSizeToCacheInBytes: 900_000,
      },
      manifest: {
        id: '/',
        name: '同心 · 社区事务',
        short_name: '同心',
        description: '上报身边事，看得见办理',
        lang: 'zh-CN',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f5f7f7',
        theme_color: '#0b5d66',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
})
