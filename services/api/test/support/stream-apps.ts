import { startTestApp, type TestApp } from './app.ts'
import { silentLog } from './log.ts'

/** As in production, but that nobody has to wait for it. */
const streams = { keepAliveMilliseconds: 40, pollMilliseconds: 20 }
/** The poll never comes: what arrives was told by the process itself. */
const withoutPoll = { keepAliveMilliseconds: 600_000, pollMilliseconds: 600_000 }

export interface StreamApps {
  /** Looks often at what other processes write. */
  app: TestApp
  /** Never does. */
  quiet: TestApp
  close: () => Promise<void>
}

export async function startStreamApps(): Promise<StreamApps> {
  const app = await startTestApp({}, silentLog, { streams })
  const quiet = await startQuietApp()
  const close = async () => {
    await Promise.all([quiet.close(), app.close()])
  }
  return { app, quiet, close }
}

export const startQuietApp = () => startTestApp({}, silentLog, { streams: withoutPoll })
