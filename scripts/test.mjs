// `npm test`: the suite on the embedded engine, or the projects of vitest.config.ts that are asked for:
// `npm test -- --project postgres`, `npm test -- list-tasks`; `--long` is for the project `faults`, see CONTRIBUTING.md.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const given = process.argv.slice(2)
const args = given.filter((arg) => arg !== '--long')
if (args.length < given.length) process.env.FAULTS_LONG = '1'
const asked = args.some((arg) => /^--project(=|$)/.test(arg))
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
const command = [vitest, 'run', ...(asked ? [] : ['--project', 'embedded']), ...args]
process.exitCode = spawnSync(process.execPath, command, { stdio: 'inherit' }).status ?? 1
