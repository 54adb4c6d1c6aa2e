// The server under test: a fresh demo database in a temporary folder, served by the binary that TONGXIN_BIN names (or the
// newest of build/*/tongxin); with TONGXIN_STUB=1 the stub. The contract it speaks must be web/openapi.json.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const port = process.env.TONGXIN_E2E_PORT ?? '8797'
const root = fileURLToPath(new URL('../..', import.meta.url))

function newest() {
  const found = []
  for (const folder of readdirSync(join(root, 'build'), { withFileTypes: true })) {
    const path = join(root, 'build', folder.name, 'tongxin')
    try {
      found.push({ path, at: statSync(path).mtimeMs })
    } catch {
      // not built there
    }
  }
  found.sort((a, b) => b.at - a.at)
  if (!found[0]) throw new Error('No build/*/tongxin: build it, or name it in TONGXIN_BIN, or set TONGXIN_STUB=1.')
  return found[0].path
}

function start() {
  if (process.env.TONGXIN_STUB === '1')
    return spawn('node', [join(root, 'web/dev/stub.mjs')], {
      stdio: 'inherit',
      env: { ...process.env, TONGXIN_STUB_PORT: port },
    })
  const binary = process.env.TONGXIN_BIN ?? newest()
  const folder = mkdtempSync(join(tmpdir(), 'tongxin-e2e-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const db = join(folder, 'demo.db')
  const run = (...parts) => execFileSync(binary, parts, { cwd: root, stdio: 'inherit' })
  run('demo', '--db', db, '--seed', '7')
  return spawn(binary, ['serve', '--db', db, '--packs', 'packs', '--web', 'web/dist', '--port', port], {
    cwd: root,
    stdio: 'inherit',
  })
}

const server = start()
server.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill('SIGTERM'))
