import { defineConfig } from 'vitest/config'
import { client } from '../../vitest.config.ts'

/** For single files: `npx vitest run test/client.test.ts` in this folder. */
export default defineConfig({ test: { ...client.test } })
