import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compiledAhead, shared } from '../../vite.shared'

const common = shared('desk')

export default defineConfig({
  ...common,
  build: {
    ...common.build,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          // What every page loads comes in few files: each one more costs several milliseconds of the page's one thread.
          groups: [
            { name: 'vendor', test: /node_modules\/(@vue\/|vue-router|pinia|idb|openapi-fetch|@lucide)/ },
            {
              name: 'base',
              test: /core\/src\/(?!words\/en|cover\/)|ui\/src\/(TxMark|TxPerhaps|TxState|later|useAsk)|(preload|export)-helper/,
            },
          ],
        },
      },
    },
  },
  plugins: [vue(), compiledAhead],
})
