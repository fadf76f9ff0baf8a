import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'

// npm run test:fuzz -- [--seed N] [--requests N] [--engine embedded|postgres]
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    requests: { type: 'string', default: '20000' },
    engine: { type: 'string', default: 'embedded' },
  },
})

process.env.FUZZ_SEED = values.seed
process.env.FUZZ_REQUESTS = values.requests
const vitest = await startVitest('test', [], {
  config: 'vitest.fuzz.config.ts',
  mode: values.engine === 'postgres' ? 'postgres' : 'test',
  watch: false,
})
await vitest.close()
