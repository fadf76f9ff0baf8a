import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const apiFolder = fileURLToPath(new URL('../..', import.meta.url))

const script = fileURLToPath(new URL('../../../../scripts/build.mjs', import.meta.url))

/** Builds what `npm start` runs, once a run, for the tests that start the service as a process. */
export default function setup(): void {
  execFileSync(process.execPath, [script], { cwd: apiFolder, stdio: 'inherit' })
}
