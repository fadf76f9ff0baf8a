import { defineConfig } from 'vitest/config'
import { web } from '../../vitest.config.ts'

/** For single files: `npx vitest run test/budget.test.ts` in this folder, with `--mode browser` for Chromium. */
export default defineConfig(({ mode }) => (mode === 'browser' ? web.browser : web.model))
