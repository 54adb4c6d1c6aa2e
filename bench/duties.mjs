// Durable check-ins a second through HTTP, and how long a large roster takes. Started by bench/duties.
//
//   bench/duties [--seconds 5] [--clients 64] [--people 5000] [--slots 20000] [--senders 500]
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const options = { seconds: '5', clients: '64', people: '5000', slots: '20000', senders: '500' }
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, '')] = process.argv[i + 1]
const program = 'build/release/tongxin'
const folder = mkdtempSync(join(tmpdir(), 'tongxin-bench-duties-'))
const db = join(folder, 'tongxin.db')
mkdirSync('out', { recursive: true })

async function free_port() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

execFileSync(program, ['demo', '--db', db, '--seed', '1', '--months', '1'], { stdio: 'ignore' })
const [roster, ...senders] = execFileSync('build/release/bench/bench_duties', ['fill', db, options.people, options.slots, options.senders],
  { encoding: 'utf8' }).trim().split('\n')
const [record, from, until] = roster.split(' ')
// For which record, and with which token, each of those who check in.
const list = join(folder, 'senders')
writeFileSync(list, senders.join('\n') + '\n')
const port = await free_port()
const url = `http://127.0.0.1:${port}`
const log = openSync(join(folder, 'server.log'), 'w')
const child = spawn(program, ['serve', '--db', db, '--packs', 'packs', '--port', String(port)], { stdio: ['ignore', 'ignore', log] })
process.on('exit', () => {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
for (let tries = 0; ; ++tries) {
  try {
    await fetch(url + '/readyz')
    break
  } catch (error) {
    if (child.exitCode !== null || tries > 300) throw new Error('the server did not start: ' + error)
    await new Promise((done) => setTimeout(done, 100))
  }
}

async function bearer_of(login) {
  const json = { 'content-type': 'application/json' }
  const answer = await fetch(url + '/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ login, password: 'qinghe-demo' }) })
  if (!answer.ok) throw new Error(`signing in as ${login}: ${await answer.text()}`)
  const session = await answer.json()
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ')
  const token = await fetch(url + '/v1/tokens', {
    method: 'POST', headers: { ...json, cookie, 'x-csrf-token': session.csrf },
    body: JSON.stringify({ name: 'bench', scopes: ['records:read', 'records:write'] }),
  })
  return `Bearer ${(await token.json()).token}`
}

// ── check-ins ──
// Where the clock is filling the large roster just then, the first of them waits for it: how long is a figure of its own.
const [place, token] = senders[0].split(' ')
const began = performance.now()
const first = await fetch(url + '/v1/checkins', {
  method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ key: 'bench-first', record: place, sort: 'arrive', phone_at: new Date().toISOString(), lon: 117.2, lat: 39.12 }),
})
if (!first.ok) throw new Error(`the first check-in: ${await first.text()}`)
console.log(`the first check-in was answered after ${((performance.now() - began) / 1000).toFixed(1)} s`)
for (let round = 0; round < 3; ++round) {
  const text = execFileSync('wrk', ['-t1', `-c${options.clients}`, `-d${options.seconds}s`, '--latency', '-s', 'bench/wrk/checkin.lua', url, '--', list],
    { encoding: 'utf8' })
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1]
  if (bad) throw new Error(`${bad} check-ins were refused`)
  const found = (pattern) => pattern.exec(text)?.[1]
  console.log(`check-ins: ${found(/Requests\/sec:\s+([\d.]+)/)} a second of ${senders.length} people with ${options.clients} clients, p50 ${found(/50%\s+(\S+)/)}, p99 ${found(/99%\s+(\S+)/)}`)
}

// ── the roster ──
const secretary = await bearer_of('secretary')
const path = `/v1/records/${record}/roster?from=${encodeURIComponent(from)}&until=${encodeURIComponent(until)}`
const times = []
let size = 0
for (let i = 0; i < 15; ++i) {
  const start = performance.now()
  const answer = await fetch(url + path, { headers: { authorization: secretary } })
  size = Buffer.byteLength(await answer.text())
  if (!answer.ok) throw new Error(`the roster: ${answer.status}`)
  times.push(performance.now() - start)
}
times.sort((a, b) => a - b)
const spent = readFileSync(join(folder, 'server.log'), 'utf8').split('\n').filter((line) => line.includes('/roster'))
console.log(`roster of ${options.people} people and ${options.slots} slots: ${(size / 1e6).toFixed(1)} MB, median ${times[7].toFixed(0)} ms as the client sees it`)
console.log(spent.at(-1) ?? '')
process.exit(0)
