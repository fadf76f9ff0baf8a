import { defineConfig } from 'vitest/config'

/** `vitest run` is on the embedded engine; `vitest run --mode postgres` is the same suite on PostgreSQL. */
export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    // What is about one engine alone runs with that engine alone.
    exclude: [mode === 'postgres' ? 'test/embedded/**' : 'test/postgres/**'],
    globalSetup: [
      'test/support/build.ts',
      mode === 'postgres' ? 'test/support/postgres.ts' : 'test/support/embedded.ts',
    ],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    dangerouslyIgnoreUnhandledErrors: false,
  },
}))
