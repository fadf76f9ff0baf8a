import type { TestProject } from 'vitest/node'
import { freePort } from '../../../../../services/api/test/support/free-port.ts'
import { npmStart, temporaryFolder } from '../../../../../services/api/test-live/support/server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Such as http://127.0.0.1:45123. */
    service: string
  }
}

/** One service for all files: every test makes its own people. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = temporaryFolder()
  const settings = { DATA_DIR: folder.path, LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '0' }
  const service = await npmStart(await freePort(), settings)
  provide('service', service.url)
  return async () => {
    await service.stop()
    folder.remove()
  }
}
