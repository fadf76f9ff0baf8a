import { onTestFinished, vi } from 'vitest'

const A_SECOND = 1_000

/**
 * Until the test is finished, whatever waits by the clock for a second or more, up to `milliseconds`, waits no longer. All
 * other timers go on: fake ones would be lost with the test, and apps that other files share would stand still.
 */
export function skipTime(milliseconds: number): void {
  const { setTimeout } = globalThis
  vi.stubGlobal('setTimeout', (run: () => void, wait = 0, ...rest: []) =>
    setTimeout(run, wait >= A_SECOND && wait <= milliseconds ? 0 : wait, ...rest),
  )
  onTestFinished(() => void vi.unstubAllGlobals())
}

/** Until all timers have run that were due by now. */
export function untilTimersRan(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}
