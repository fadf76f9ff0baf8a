import { defineConfig } from 'vitest/config'

/** `npm run test:walls`: always on PostgreSQL, where waiting for another's row can be seen. */
export default defineConfig({
  test: {
    include: ['test/walls/walls.run.ts'],
    globalSetup: ['test/support/postgres.ts'],
    pool: 'forks',
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
})
