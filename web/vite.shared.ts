// What the builds of portal and desk have in common.
import { fileURLToPath } from 'node:url'
import type { Plugin, UserConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The oldest engines that Chinese public service desktops still report (2.2 of the design: 奇安信 90, 统信 93) lie above.
export const targets = ['chrome87', 'safari14', 'firefox91']

export const alias = {
  '@tongxin/core/cover': here('./packages/core/src/cover/index.ts'),
  '@tongxin/core/outbox-worker': here('./packages/core/src/outbox-worker.ts'),
  '@tongxin/ui/styles': here('./packages/ui/src/styles'),
  '@tongxin/core': here('./packages/core/src/index.ts'),
  '@tongxin/ui': here('./packages/ui/src/index.ts'),
  '@tongxin/map/editor': here('./packages/map/src/editor.ts'),
  '@tongxin/map': here('./packages/map/src/index.ts'),
}

// Where a developer's page finds the server; `npm run stub` listens here as well.
const server = process.env.TONGXIN_URL ?? 'http://127.0.0.1:8787'

// Most of what a page loads runs at once, and a browser that is told so compiles it whole beside the page's thread instead
// of function by function upon it (V8's explicit compile hints). Charts and maps gain as well, though much of them is not
// called.
export const compiledAhead: Plugin = {
  name: 'compiled-ahead',
  enforce: 'post',
  generateBundle: {
    order: 'post', // the word counts in the first line only, where Vite still puts lists of its own
    handler(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk') chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`
    },
  },
}

export function shared(app: 'portal' | 'desk'): UserConfig {
  const base = app === 'portal' ? '/' : '/desk/'
  return {
    root: here(`./apps/${app}`),
    base,
    resolve: { alias },
    define: {
      __VUE_OPTIONS_API__: app === 'desk' ? 'true' : 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      target: targets,
      cssTarget: targets,
      outDir: here(app === 'portal' ? './dist' : './dist/desk'),
      emptyOutDir: true,
      manifest: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 900,
    },
    server: {
      port: app === 'portal' ? 5173 : 5174,
      proxy: {
        '/v1': { target: server },
        '/openapi.json': { target: server },
      },
    },
  }
}
