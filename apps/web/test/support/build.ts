import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../../../scripts/build.mjs', import.meta.url))

/** Builds what `npm start` runs, once a run. */
export default function setup(): void {
  execFileSync(process.execPath, [script], { stdio: 'inherit' })
}
