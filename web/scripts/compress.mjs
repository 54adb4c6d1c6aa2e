// Compressed copies beside every file of dist that gets smaller, so that the server compresses nothing while it serves.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = fileURLToPath(new URL('../dist', import.meta.url))
const shrinking = /\.(js|css|html|svg|json|webmanifest|txt|bin)$/

let count = 0
const walk = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) {
      walk(path)
      continue
    }
    if (!shrinking.test(name)) continue
    const plain = readFileSync(path)
    if (plain.length < 512) continue
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }))
    count += 1
  }
}
walk(dist)
console.log(`compressed ${count} files`)
