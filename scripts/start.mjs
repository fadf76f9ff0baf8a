// `npm start`: builds if the sources have changed, then runs the service in this process. No shell stands between, so a
// signal reaches the service itself.
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from './build.mjs'

if (!isBuilt()) {
  process.stderr.write('Building Tasklane, once for these sources…\n')
  await build()
}
const main = new URL('../services/api/dist/main.js', import.meta.url)
// Workers start what this names.
process.argv[1] = fileURLToPath(main)
await import(main.href)
