// Pictures of the pages for docs/screens and for looking at: node e2e/shots.mjs [FOLDER] [PART-OF-NAME]; needs a server with
// the demo (TONGXIN_URL, default the stub's address).
import { camera } from './shots/camera.mjs'
import { deskShots } from './shots/desk.mjs'
import { dutyShots } from './shots/duties.mjs'
import { ledgerShots } from './shots/ledger.mjs'
import { portalShots } from './shots/portal.mjs'

const taken = await camera(process.argv[2] ?? '../docs/screens', process.argv[3] ?? '')
await portalShots(taken)
await deskShots(taken)
await ledgerShots(taken)
await dutyShots(taken)
await taken.close()
