// npm run dev: the stub (unless TONGXIN_URL names a server) and both apps with hot reload: portal 5173, desk 5174/desk/.
import { spawn } from 'node:child_process'

const start = (...command) => spawn(command[0], command.slice(1), { stdio: 'inherit' })
const running = [start('npx', 'vite', 'apps/portal'), start('npx', 'vite', 'apps/desk')]
if (!process.env.TONGXIN_URL) running.push(start('node', 'dev/stub.mjs'))
process.on('SIGINT', () => running.forEach((one) => one.kill()))
