import { defineConfig } from 'vitest/config'
import { suites } from '../../vitest.config.ts'

/** For single files: `npx vitest run test/get-task.test.ts` in this folder, with `--mode postgres` for PostgreSQL. */
export default defineConfig(({ mode }) => {
  const { test } = mode === 'postgres' ? suites.postgres : suites.embedded
  // Every file can be asked for, whichever project of the whole it is in.
  return { test: { ...test, exclude: [mode === 'postgres' ? 'test/embedded/**' : 'test/postgres/**'] } }
})
