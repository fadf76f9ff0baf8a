import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Service } from '../../test/support/service.ts'

const preload = fileURLToPath(new URL('clock.mjs', import.meta.url))

/** In milliseconds, from the true time. */
export interface Shift {
  /** The clock on the wall. The embedded engine has no other. */
  date: number
  /** The clock that counts on, whatever the one on the wall does. */
  running: number
}

/** What to start a service with whose clocks can be moved. */
export function movableClock(folder: string): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import ${preload}`, CLOCK_FILE: join(folder, 'clock') }
}

export async function moveClock(folder: string, service: Service, shift: Shift): Promise<void> {
  const text = JSON.stringify(shift)
  writeFileSync(join(folder, 'clock'), text)
  const times = () => service.output().split(`clock ${text}\n`).length
  const before = times()
  service.kill('SIGWINCH')
  await expect.poll(times).toBeGreaterThan(before)
}
