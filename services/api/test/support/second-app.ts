import { loadConfig } from '../../src/config.ts'
import { startApp, type Timing } from '../../src/service.ts'
import { type TestApp, testSecret, timingOfTests } from './app.ts'
import { silentLog } from './log.ts'

export interface SecondApp {
  url: string
  close: () => Promise<void>
}

/** Another app on the same database, as in another process: it shares no memory with the first. */
export async function startSecondApp(
  first: TestApp,
  env: NodeJS.ProcessEnv = {},
  timing: Timing = {},
): Promise<SecondApp> {
  const config = loadConfig({ JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0', ...env })
  const app = await startApp(config, { ...first.database, close: async () => {} }, silentLog, {
    passwordCost: timingOfTests.passwordCost,
    ...timing,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
  return { url, close: () => app.close() }
}
