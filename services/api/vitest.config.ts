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
    // One more than the machines that this runs on have cores: some tests wait most of their time.
    maxWorkers: 3,
    // Files share a process, and what was loaded and compiled there once: a third less time. No test may rely on a
    // module that is new to it.
    isolate: false,
    // These end a test that hangs. They judge nothing: on a busy machine a test takes ten times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    dangerouslyIgnoreUnhandledErrors: false,
  },
}))
