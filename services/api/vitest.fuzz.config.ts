import { defineConfig } from 'vitest/config'

/** The fuzzer runs on the same two engines as the tests; `test-fuzz/run.js` starts it. */
export default defineConfig(({ mode }) => ({
  test: {
    include: ['test-fuzz/**/*.test.ts'],
    globalSetup: [mode === 'postgres' ? 'test/support/postgres.ts' : 'test/support/embedded.ts'],
    pool: 'forks',
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
}))
