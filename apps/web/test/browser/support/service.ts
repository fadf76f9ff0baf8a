import type { TestProject } from 'vitest/node'
import build from '../../support/build.ts'
import { startService } from '../../support/service.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Such as http://127.0.0.1:45123. */
    service: string
  }
}

/** One service for all files: every test makes its own people. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  build()
  const service = await startService()
  provide('service', service.url)
  return () => service.stop()
}
