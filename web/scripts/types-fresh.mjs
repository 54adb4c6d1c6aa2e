// The build stops when the types are not those of openapi.json: contract and client must not part.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const file = join(mkdtempSync(join(tmpdir(), 'types-')), 'schema.d.ts')
execFileSync('npx', ['openapi-typescript', 'openapi.json', '-o', file], { stdio: 'ignore' })
execFileSync('npx', ['prettier', '--config', '.prettierrc.json', '--write', file], { stdio: 'ignore' })
if (readFileSync(file, 'utf8') !== readFileSync('packages/core/src/schema.d.ts', 'utf8')) {
  console.error(
    "packages/core/src/schema.d.ts is not what openapi.json says: run 'npm run types' and look at what changed.",
  )
  process.exit(1)
}
