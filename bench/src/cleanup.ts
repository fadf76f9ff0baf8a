type Cleanup = () => void | Promise<void>

const pending: Cleanup[] = []
let running: Promise<void> | undefined

/** Registers how to undo what was just started; undone last first, on success, failure and Ctrl-C alike. */
export function onExit(cleanup: Cleanup): void {
  pending.push(cleanup)
}

export function cleanUp(): Promise<void> {
  running ??= runAll()
  return running
}

async function runAll(): Promise<void> {
  for (let cleanup = pending.pop(); cleanup !== undefined; cleanup = pending.pop()) {
    try {
      await cleanup()
    } catch (error) {
      process.stderr.write(`cleaning up: ${String(error)}\n`)
    }
  }
}

export function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void cleanUp().finally(() => process.exit(130)))
  }
}
