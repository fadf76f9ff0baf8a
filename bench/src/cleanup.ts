type Cleanup = () => void | Promise<void>

const pending: Cleanup[] = []
let running: Promise<void> | undefined

/** Registers how to undo what was just started; undone last first, on success, failure and Ctrl-C alike. */
export function onExit(cleanup: Cleanup): void {
  pending.push(cleanup)
}

/** Runs a whole benchmark, undoes what it started, and ends the process: with 1 where it failed. */
export async function runAndCleanUp(work: () => Promise<void>): Promise<never> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void cleanUp().finally(() => process.exit(130)))
  }
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
  await cleanUp()
  process.exit()
}

function cleanUp(): Promise<void> {
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
