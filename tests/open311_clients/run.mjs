// Clients of others against the real server.
//
//   TONGXIN_BIN=build/debug/tongxin node tests/open311_clients/run.mjs
//
// 1. The npm package open311 0.0.12 with its code unmodified. In JSON nothing stands between it and us: the parsers for XML
//    are made to throw. In XML one of its two parsers, sparkxml, was never published on npm (it names a git repository), so
//    shims/ puts another in its place; the other, xml2json, is the published one where its native part could be built.
//    No second client of Open311 is on npm or in Debian.
// 2. curl and libxml2 run the examples of docs/open311.md: tests/docs/run.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const house = join(here, '..', '..');
const program = process.env.TONGXIN_BIN ?? join(house, 'build/debug/tongxin');
const folder = mkdtempSync(join(tmpdir(), 'tongxin-open311-'));
const db = join(folder, 'tongxin.db');
const password = 'qinghe-demo';
let passed = 0;
let failed = 0;

async function check(name, job) {
  try {
    await job();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL    ${name}\n${error.stack ?? error}`);
  }
}

function tongxin(args) {
  return execFileSync(program, args, { cwd: house, encoding: 'utf8' });
}

// A point inside the first building of the demonstration.
function somewhere() {
  const areas = JSON.parse(tongxin(['export', 'areas', '--kind', 'building', '--db', db]));
  let point = areas.features.find((each) => each.geometry).geometry.coordinates;
  while (Array.isArray(point[0])) point = point[0];
  return { lon: point[0], lat: point[1] };
}

// The first line that says where it serves.
function started(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (bytes) => {
      text += bytes;
      const found = /(http:\/\/[^\s]+)/.exec(text);
      if (found) resolve(found[1]);
    });
    server.on('exit', () => reject(new Error(`the server ended: ${text}`)));
  });
}

// Signed in: a cookie and the token against forged requests.
async function signIn(url, login) {
  const reply = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  const cookie = reply.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  return { 'content-type': 'application/json', cookie, 'x-csrf-token': (await reply.json()).csrf };
}

async function keyOf(url, headers, scopes) {
  const reply = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: scopes.join(' '), scopes }),
  });
  assert.equal(reply.status, 201, await reply.clone().text());
  return (await reply.json()).token;
}

// ── 1. open311 of npm ──
async function npmClient(url, key, place) {
  const Open311 = createRequire(import.meta.url)('open311');
  const parsers = createRequire(createRequire(import.meta.url).resolve('open311'));
  const spark = parsers('sparkxml');
  const { parseXml } = spark;
  const published = parsers('xml2json').published ? 'xml2json as published' : 'xml2json replaced';
  for (const format of ['json', 'xml']) {
    const how = format === 'json' ? 'nothing replaced' : `sparkxml replaced, ${published}`;
    await check(`npm open311 in ${format} (${how}): discovery, services, a request, its status`, async () => {
      spark.parseXml = (text) => (format === 'xml' ? parseXml(text) : assert.fail('JSON needs no parser of XML'));
      const client = new Open311({ discovery: `${url}/open311/v2/discovery.${format}`, apiKey: key, format });
      const ask = (name, ...args) => promisify(client[name].bind(client))(...args);
      const found = await ask('serviceDiscovery', { cache: true, type: 'test' });
      assert.equal(found.endpoints[0].specification, 'http://wiki.open311.org/GeoReport_v2');
      client.format = format;
      const services = await ask('serviceList');
      assert.ok(services.some((each) => each.service_code === 'issue-road'));
      const definition = await ask('serviceDefinition', 'issue-road');
      assert.deepEqual(definition.attributes, []);
      const [made] = await ask('submitRequest', {
        service_code: 'issue-road',
        description: `路面有个坑（${format}）`,
        lat: place.lat,
        long: place.lon,
        first_name: '小明',
        last_name: '李',
        phone: '13800000000',
      });
      assert.match(made.service_request_id, /^TX-\d{4}-\d{6}$/);
      const [request] = await ask('serviceRequest', made.service_request_id);
      assert.equal(request.status, 'open');
      assert.equal(request.description, `路面有个坑（${format}）`);
      assert.ok(request.requested_datetime instanceof Date);
      const list = await ask('serviceRequests', { service_code: 'issue-road', status: 'open' });
      assert.ok(list.some((each) => each.service_request_id === made.service_request_id));
      const two = await ask('serviceRequests', [made.service_request_id, 'TX-1999-000001'], {});
      assert.equal(two.length, 1);
      await assert.rejects(ask('token', 'none'));
      client.apiKey = 'wrong';
      await assert.rejects(ask('submitRequest', { service_code: 'issue-road', description: 'x', lat: 1, long: 1 }));
    });
  }
}

let server;
try {
  tongxin(['demo', '--db', db, '--size', 'small', '--months', '1', '--per-day', '2']);
  server = spawn(program, ['serve', '--db', db, '--port', '0'], { cwd: house, stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await started(server);
  const place = somewhere();
  await npmClient(url, await keyOf(url, await signIn(url, 'resident'), ['open311']), place);
} finally {
  server?.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
