// Measures the served program beside the machine's limits. See docs/performance.md; started by bench/run.
//
//   bench/run [--sizes 10000,1000000] [--seconds 4] [--rounds 5] [--clients 1,8,32,64] [--folder out/bench] [--district street]
//             [--streams 1,32,1000,10000] [--engines sqlite,postgresql]
//
// Every round measures product and limit one right after the other, so that both see the same machine; the table holds
// medians over the rounds. Ratios are the result: rates swing with whatever else the machine does, ratios hardly.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'

const options = { sizes: '10000,1000000', seconds: '4', rounds: '5', clients: '1,8,32,64', folder: 'out/bench', district: 'street', streams: '1,32,1000,10000', engines: 'sqlite,postgresql' }
for (let i = 2; i < process.argv.length; ++i) {
  const name = process.argv[i].replace(/^--/, '')
  if (!(name in options)) throw new Error(`bench/run does not know ${process.argv[i]}`)
  options[name] = process.argv[++i]
}
const sizes = options.sizes.split(',').map(Number)
const clients = options.clients.split(',').map(Number)
const engines = options.engines.split(',')
const rounds = Number(options.rounds)
const folder = options.folder
const program = 'build/release/tongxin'
const limits = 'build/release/bench/bench_limits'
const say = (text) => process.stderr.write(text + '\n')

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

// ── what is measured on ──
const path_of = (size) => `${folder}/${size}/tongxin.db`

async function made(size) {
  const db = path_of(size)
  if (existsSync(`${folder}/${size}/whole`)) return
  rmSync(`${folder}/${size}`, { recursive: true, force: true })
  mkdirSync(`${folder}/${size}`, { recursive: true })
  say(`Making a district with ${size} matters…`)
  const told = execFileSync(program, ['demo', '--db', db, '--seed', '1', '--size', options.district], { encoding: 'utf8' })
  writeFileSync(`${folder}/${size}/sign-ins.txt`, told)
  execFileSync(limits, ['fill', db, String(size)], { stdio: ['ignore', 'inherit', 'inherit'] })
  await catch_up(db)
  writeFileSync(`${folder}/${size}/whole`, '')
}

// What has come due since its matters were raised is done before anything is measured: until the clock has written nothing for
// a while.
async function catch_up(db) {
  const port = await free_port()
  const server = await start(program, ['serve', '--db', db, '--packs', 'packs', '--port', String(port)], port, '/readyz')
  const quiet_ms = 4000
  for (let tries = 0; tries < 600 && Date.now() - statSync(`${db}-wal`).mtimeMs < quiet_ms; ++tries)
    await new Promise((done) => setTimeout(done, 500))
  await stop(server)
}

async function free_port() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const running = []
async function start(command, args, port, ready) {
  // One line a request goes to the log, as it would in use.
  const log = openSync(`${folder}/server.log`, 'w')
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', log] })
  running.push(child)
  for (let tries = 0; ; ++tries) {
    try {
      await fetch(`http://127.0.0.1:${port}${ready}`)
      return child
    } catch {
      if (child.exitCode !== null || tries > 1200) throw new Error(`${command} did not start`)
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}
async function stop(child) {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

const memory_mb = (child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024

class Product {
  static async serve(size, db = path_of(size), more = []) {
    const self = new Product()
    self.size = size
    self.port = await free_port()
    self.url = `http://127.0.0.1:${self.port}`
    self.child = await start(program, ['serve', '--db', db, '--packs', 'packs', '--port', String(self.port), ...more], self.port, '/readyz')
    self.idle_mb = memory_mb(self.child)
    await self.sign_in()
    return self
  }
  async ask(path, init = {}) {
    const answer = await fetch(this.url + path, { ...init, headers: { ...this.headers, ...init.headers } })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  async sign_in() {
    const json = { 'content-type': 'application/json' }
    const answer = await fetch(this.url + '/v1/session', {
      method: 'POST', headers: json, body: JSON.stringify({ login: 'dispatch', password: 'qinghe-demo' }),
    })
    if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`)
    const session = await answer.json()
    const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ')
    this.headers = { cookie, 'x-csrf-token': session.csrf }
    const token = await this.ask('/v1/tokens', {
      method: 'POST', headers: json,
      body: JSON.stringify({ name: 'bench', scopes: ['records:read', 'records:write'] }),
    })
    this.bearer = `Bearer ${token.token}`
    this.headers = { authorization: this.bearer }
    this.street = session.posts.find((post) => post.area_level === 'street').area
    this.grids = (await this.ask('/v1/areas?level=grid')).items.map((area) => area.id)
  }
  // A file with one path a line.
  paths(name, lines) {
    const file = `${folder}/${this.size}/${name}.txt`
    writeFileSync(file, lines.join('\n') + '\n')
    return file
  }
  async records(count) {
    const ids = []
    for (let cursor = ''; ids.length < count;) {
      const page = await this.ask(`/v1/records?list=area&kind=issue&open=true&state=collected&limit=100${cursor}`)
      ids.push(...page.items.map((item) => item.id))
      if (!page.next) break
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
    return ids.slice(0, count)
  }
}

// ── measuring ──
function wrk(port, script, args, count, path = '/') {
  const text = execFileSync('wrk', ['-t1', `-c${count}`, `-d${options.seconds}s`, '--latency', '-s', `bench/wrk/${script}.lua`,
    `http://127.0.0.1:${port}${path}`, '--', ...args], { encoding: 'utf8' })
  const number = (pattern) => Number(pattern.exec(text)?.[1] ?? NaN)
  const time = (percent) => {
    const found = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(text)
    return found ? Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2]] : NaN
  }
  const bad = number(/Non-2xx or 3xx responses: (\d+)/) || 0
  if (bad > 0) throw new Error(`${script}: ${bad} requests were refused\n${text}`)
  return { rate: number(/Requests\/sec:\s+([\d.]+)/), p50: time(50), p99: time(99) }
}

const rows = []
function row(name, count, product, limit, note = '') {
  const m = (list, key) => median(list.map((each) => each[key]))
  const ratio = limit ? median(product.map((each, i) => each.rate / limit[i].rate)) : NaN
  rows.push({ name, clients: count, rate: m(product, 'rate'), p50: m(product, 'p50'), p99: m(product, 'p99'),
    limit: limit ? m(limit, 'rate') : NaN, ratio, note })
  const last = rows.at(-1)
  const f = (value, digits) => (Number.isNaN(value) ? '' : value.toFixed(digits))
  console.log(`| ${name} | ${count} | ${f(last.rate, 0)} | ${f(last.p50, 2)} / ${f(last.p99, 2)} | ${f(last.limit, 0)} | ${f(last.ratio, 2)} | ${note} |`)
}
function pairs(product, limit) {
  const results = { product: [], limit: [] }
  for (let i = 0; i < rounds; ++i) {
    results.product.push(product())
    if (limit) results.limit.push(limit())
  }
  return results
}

async function bytes_of(product, path) {
  const answer = await fetch(product.url + path, { headers: { authorization: product.bearer } })
  return Buffer.byteLength(await answer.text())
}

// Pages grow with every act of the measuring itself: one of them says nothing about the others.
async function mean_bytes(product, paths) {
  const some = paths.filter((_, index) => index % Math.ceil(paths.length / 50) === 0)
  let sum = 0
  for (const path of some) sum += await bytes_of(product, path)
  return Math.round(sum / some.length)
}

async function reading(product, bare_port, name, paths, counts, again = '/bytes', told = '') {
  const size = await mean_bytes(product, paths)
  const file = product.paths(name.replace(/\W+/g, '_'), paths)
  const bare = product.paths('bare', [`${again}/${size}`])
  for (const count of counts) {
    const result = pairs(() => wrk(product.port, 'paths', [file, product.bearer], count),
      bare_port ? () => wrk(bare_port, 'paths', [bare, ''], count) : undefined)
    row(`${name}, ${product.size} matters`, count, result.product, bare_port ? result.limit : undefined, `${size} bytes${told}`)
  }
}

function creating(product, bare_port, note = '', engine = '') {
  for (const count of clients) {
    const result = pairs(() => wrk(product.port, 'create', [product.grids.join(',')], count),
      () => wrk(bare_port, 'post_bare', ['/create', '330'], count))
    row(`${engine}create a case, from ${product.size} matters`, count, result.product, result.limit, note)
  }
}

// `sorted` is a file of records; the limit answers with as many bytes.
function acting(product, bare_port, sorted, prefer, bytes, note, engine = '') {
  for (const count of clients) {
    const result = pairs(() => wrk(product.port, 'sort', [sorted, product.bearer, prefer], count),
      () => wrk(bare_port, 'post_bare', [`/act/${bytes}`, '26'], count))
    row(`${engine}one action (a matter is sorted anew)`, count, result.product, result.limit, note)
  }
}

// With what an earlier run that was cut off left beside it: another database's log would spoil the copy.
function forget_bare() {
  for (const end of ['', '-wal', '-shm']) rmSync(`${folder}/bare.db${end}`, { force: true })
}

function heading() {
  console.log('| what | clients | per second | p50 / p99 ms | limit per second | ratio | |')
  console.log('|---|---|---|---|---|---|---|')
}

async function on_sqlite() {
  for (const size of sizes) await made(size)
  const small = sizes[0]
  const product = await Product.serve(small)
  forget_bare()
  execFileSync(program, ['backup', '--db', path_of(small), '--to', `${folder}/bare.db`], { stdio: 'ignore' })
  const bare_port = await free_port()
  const bare = await start(limits, ['serve', String(bare_port), `${folder}/bare.db`], bare_port, '/bytes/2')

  console.log(`Idle: ${product.idle_mb.toFixed(0)} MB resident.\n`)
  heading()
  const list = `/v1/records?list=area&kind=issue&area=${product.street}&limit=25`
  const board = `/v1/figures?kind=issue&by=area&area=${product.street}`
  const search = `/v1/records?list=area&limit=25&q=${encodeURIComponent('垃圾')}`
  const ids = await product.records(1000)
  await reading(product, bare_port, 'read a case', ids.map((id) => `/v1/records/${id}`), clients)
  await reading(product, bare_port, 'list 25', [list], clients)
  creating(product, bare_port)
  const sorted = product.paths('sorted', ids)
  // Once answered with that it is done, once with the page of the record as it is then, which the limit sends as many bytes of.
  for (const [prefer, shown] of [['return=minimal', 'answered: done'], ['return=representation', 'answered: its page']]) {
    const bytes = prefer.endsWith('minimal') ? 0 : await bytes_of(product, `/v1/records/${ids[0]}`)
    acting(product, bare_port, sorted, prefer, bytes, shown)
  }
  await stop(bare)
  for (const size of sizes) {
    if (size !== small) await stop(product.child)
    const there = size === small ? product : await Product.serve(size)
    await reading(there, undefined, 'list 25', [list], [8])
    await reading(there, undefined, 'board figures', [board], [8])
    await reading(there, undefined, 'search a two-character word', [search], [8])
    console.log(`| resident memory, ${size} matters | | ${memory_mb(there.child).toFixed(0)} MB | | | | |`)
    if (size !== small) await stop(there.child)
  }
  // Nine changes for each; a reader's time is from the writer's request until the reader has the event.
  for (const count of options.streams.split(',')) {
    const streams = JSON.parse(execFileSync('build/release/siege', ['--program', program, '--streams', count, '--measure'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
    console.log(`| a change reaches event streams | ${streams.streams} | p50 ${streams.p50_ms} ms, p99 ${streams.p99_ms} ms | ` +
      `first ${streams.first_ms}, last ${streams.last_ms} ms; writer ${streams.answer_ms} ms | | | ${streams.megabytes} MB resident, ${streams.before} MB before |`)
  }
  console.log('\n' + execFileSync(limits, ['engine', `${folder}/bare.db`], { encoding: 'utf8' }))
  forget_bare()
  await stop(product.child)
}

// A private PostgreSQL that keeps its word (fsync), with the same matters twice: for the product and for its limit.
function private_postgres(size) {
  const env = { ...process.env, TONGXIN_POSTGRES_HOME: `${tmpdir()}/tongxin-bench-postgres-${process.pid}` }
  const url = execFileSync('scripts/postgres', ['start'], { env, encoding: 'utf8' }).trim()
  process.on('exit', () => execFileSync('scripts/postgres', ['stop'], { env }))
  const copy = `${folder}/moved.db`
  rmSync(copy, { force: true })
  execFileSync(program, ['backup', '--db', path_of(size), '--to', copy], { stdio: 'ignore' })
  say(`Moving ${size} matters to PostgreSQL…`)
  execFileSync(program, ['move', '--from', copy, '--to', url], { stdio: 'ignore' })
  rmSync(copy)
  const { hostname, port, username } = new URL(url)
  execFileSync('createdb', ['-h', hostname, '-p', port, '-U', username, '-T', 'tongxin', 'bare'])
  return { url, bare: url.replace(/tongxin$/, 'bare') }
}

async function on_postgresql() {
  const small = sizes[0]
  await made(small)
  const urls = private_postgres(small)
  const keys = ['--key-file', `${folder}/${small}/tongxin.key`, '--files', `${folder}/files`]
  // Whoever asks must be known where the limit learns what is asked.
  const first = await Product.serve(small, urls.bare, keys)
  await stop(first.child)
  const product = await Product.serve(small, urls.url, keys)
  const ids = await product.records(1000)
  const list = `/v1/records?list=area&kind=issue&area=${product.street}&limit=25`
  const asked = [product.paths('asked_records', ids.map((id) => `/v1/records/${id}`)), product.paths('asked_lists', [list])]
  const bare_port = await free_port()
  const bare = await start(limits, ['serve', String(bare_port), urls.bare, first.bearer, ...asked], bare_port, '/bytes/2')
  const statements = await (await fetch(`http://127.0.0.1:${bare_port}/statements`)).json()

  console.log(`On PostgreSQL; idle: ${product.idle_mb.toFixed(0)} MB resident.\n`)
  heading()
  const told = (which) => `, ${statements.reads[which]} statements`
  await reading(product, bare_port, 'PostgreSQL: read a case', ids.map((id) => `/v1/records/${id}`), clients, '/again/0', told(0))
  await reading(product, bare_port, 'PostgreSQL: list 25', [list], clients, '/again/1', told(1))
  creating(product, bare_port, `${statements.create} statements`, 'PostgreSQL: ')
  const sorted = product.paths('sorted', ids)
  acting(product, bare_port, sorted, 'return=minimal', 0, `answered: done, ${statements.act} statements`, 'PostgreSQL: ')
  console.log(`| PostgreSQL: resident memory of the program | | ${memory_mb(product.child).toFixed(0)} MB | | | | |\n`)
  await stop(bare)
  await stop(product.child)
}

mkdirSync(folder, { recursive: true })
if (engines.includes('sqlite')) await on_sqlite()
if (engines.includes('postgresql')) await on_postgresql()
process.exit(0)
