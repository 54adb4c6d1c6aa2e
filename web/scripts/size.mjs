// The size gate: walks Vite's manifests and weighs what each first view really loads (gzip -9, KB of 1,024 bytes).
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const dist = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const read = (path) => JSON.parse(readFileSync(dist(path), 'utf8'))
const weights = new Map()
const weigh = (path) => {
  if (!weights.has(path)) weights.set(path, gzipSync(readFileSync(dist(path)), { level: 9 }).length / 1024)
  return weights.get(path)
}

function app(folder) {
  const manifest = read(`${folder}.vite/manifest.json`)
  // Everything that loads statically with a module.
  const closure = (key, found = new Set()) => {
    if (found.has(key)) return found
    found.add(key)
    for (const next of manifest[key].imports ?? []) closure(next, found)
    return found
  }
  const files = (keys) => {
    const scripts = new Set()
    const styles = new Set()
    for (const key of keys) {
      if (manifest[key].file.endsWith('.css')) styles.add(folder + manifest[key].file)
      else scripts.add(folder + manifest[key].file)
      for (const style of manifest[key].css ?? []) styles.add(folder + style)
    }
    return { scripts, styles }
  }
  const sum = (set) => [...set].reduce((total, path) => total + weigh(path), 0)
  const of = (...keys) => {
    const all = new Set(keys.flatMap((key) => [...closure(key)]))
    const { scripts, styles } = files(all)
    return { script: sum(scripts), style: sum(styles), all: sum(scripts) + sum(styles), keys: all }
  }
  const lazy = (name) => Object.keys(manifest).find((key) => key.endsWith(name))
  return { manifest, of, lazy }
}

let failed = false
function gate(what, measured, ceiling) {
  const bad = measured > ceiling
  failed ||= bad
  console.log(
    `${bad ? 'TOO BIG' : '     ok'}  ${measured.toFixed(1).padStart(6)} of ${String(ceiling).padStart(4)} KB  ${what}`,
  )
}

const portal = app('')
const home = portal.of('index.html')
gate('portal: first view', home.all, 90)
gate('portal: first view, script alone', home.script, 80)
for (const key of Object.keys(portal.manifest).filter(
  (name) => /pages\/.*\.vue$/.test(name) && portal.manifest[name].isDynamicEntry,
)) {
  const more = portal.of('index.html', key).all - home.all
  gate(`portal: ${key.replace(/.*pages\//, '')} on top of it`, more, key.includes('ReportPage') ? 15 : 20)
}
const map = Object.keys(portal.manifest).find((key) => /packages\/map\//.test(key))
// What the service worker keeps for a phone without a network: everything but the map, uncompressed.
const kept = [
  'index.html',
  ...readdirSync(dist('.')).filter((name) => /\.(svg|png)$/.test(name)),
  ...readdirSync(dist('assets'))
    .filter((name) => /\.(js|css)$/.test(name) && !name.startsWith('TxMap'))
    .map((name) => `assets/${name}`),
]
gate(
  'portal: kept on the phone, uncompressed',
  kept.reduce((sum, name) => sum + statSync(dist(name)).size / 1024, 0),
  900,
)
if (map) gate('map, lazy', portal.of('index.html', map).all - home.all, 130)

if (existsSync(dist('desk/.vite/manifest.json'))) {
  const desk = app('desk/')
  const queue = desk.lazy('QueuePage.vue')
  if (queue) {
    const first = desk.of('index.html', queue)
    gate('desk: first load of the queue', first.all, 300)
    gate('desk: the same, script alone', first.script, 240)
    gate('desk: the same, style alone', first.style, 25)
    const board = desk.lazy('BoardPage.vue')
    const charts = Object.keys(desk.manifest).find((key) => /src\/charts\//.test(key))
    if (charts) gate('charts, lazy', desk.of('index.html', queue, charts).all - first.all, 195)
    if (board) {
      const deskMap = Object.keys(desk.manifest).find((key) => /packages\/map\//.test(key))
      gate(
        'board: everything but tiles',
        desk.of('index.html', board, ...(charts ? [charts] : []), ...(deskMap ? [deskMap] : [])).all,
        420,
      )
    }
  }
}
if (failed) process.exit(1)
