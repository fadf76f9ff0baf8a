import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

/** `npm run test:model -- --commands 200000 --seed 1 --mode postgres`: the model test for longer than in CI. */
const { values } = parseArgs({
  options: { commands: { type: 'string' }, seed: { type: 'string' }, mode: { type: 'string' } },
})
const { commands = '20000', seed, mode = 'test' } = values
const { status } = spawnSync('npx', ['vitest', 'run', '--mode', mode, 'test/model.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, MODEL_COMMANDS: commands, ...(seed !== undefined && { MODEL_SEED: seed }) },
})
process.exitCode = status ?? 1
