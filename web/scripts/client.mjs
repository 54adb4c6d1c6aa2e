// npm run client [-- --check]: takes /openapi.json from a running server (TONGXIN_URL); with --check only compares.
import { readFileSync, writeFileSync } from 'node:fs'

const url = process.env.TONGXIN_URL ?? 'http://127.0.0.1:8080'
const answer = await fetch(`${url}/openapi.json`)
if (!answer.ok) throw new Error(`${url}/openapi.json answered ${answer.status}`)
const sorted = (value) =>
  Array.isArray(value)
    ? value.map(sorted)
    : value && typeof value === 'object'
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
        )
      : value
const theirs = await answer.json()
const ours = JSON.parse(readFileSync('openapi.json', 'utf8'))
if (process.argv.includes('--check')) {
  if (JSON.stringify(sorted(theirs)) === JSON.stringify(sorted(ours))) process.exit(0)
  for (const path of new Set([...Object.keys(theirs.paths), ...Object.keys(ours.paths)]))
    if (JSON.stringify(sorted(theirs.paths[path])) !== JSON.stringify(sorted(ours.paths[path])))
      console.error(`differs: ${path}`)
  console.error("web/openapi.json is not what the server says: run 'npm run client' with the server running.")
  process.exit(1)
}
writeFileSync('openapi.json', JSON.stringify(theirs, null, 2) + '\n')
