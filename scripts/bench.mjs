// `npm run bench`: measures the speed. `npm run bench -- streams` measures open event streams, `npm run bench -- sync` a large
// import and the first sync of it, `npm run bench -- timing`
// whether the time of an answer tells more than the answer, `npm run bench -- overload` more requests than can be answered,
// `npm run bench -- web` the web app in Chromium.
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const [first, ...rest] = process.argv.slice(2)
const measurement = ['streams', 'sync', 'timing', 'overload', 'web'].includes(first) ? first : 'main'
const args = measurement === 'main' ? process.argv.slice(2) : rest

for (const command of [
  [at('scripts/build.mjs')],
  [at('node_modules/typescript/bin/tsc'), '-p', at('bench')],
]) {
  execFileSync(process.execPath, command, { stdio: 'inherit' })
}
const command = [at(`bench/dist/bench/src/${measurement}.js`), ...args]
process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 1
