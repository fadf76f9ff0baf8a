import { loadConfig } from '../../../../services/api/src/config.ts'
import { openDatabase } from '../../../../services/api/src/database/open.ts'
import { startApp } from '../../../../services/api/src/service.ts'
import { timingOfTests } from '../../../../services/api/test/support/app.ts'
import { silentLog } from '../../../../services/api/test/support/log.ts'
import { temporaryFolder } from '../../../../services/api/test-live/support/server.ts'

export interface Service {
  /** Such as http://127.0.0.1:45123. */
  url: string
  stop: () => Promise<void>
}

/**
 * The service with the app that was built, on a database of its own and without a limit of requests. Passwords are quick to
 * hash here: the accounts of these tests are many, and each would take a third of a second.
 */
export async function startService(): Promise<Service> {
  const folder = temporaryFolder()
  const config = loadConfig({ DATA_DIR: folder.path, RATE_LIMIT_PER_MINUTE: '0' })
  const { passwordCost } = timingOfTests
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, { passwordCost })
  return {
    url: await app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' }),
    async stop() {
      await app.close()
      folder.remove()
    },
  }
}
