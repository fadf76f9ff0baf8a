import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import type { Crowd } from './crowd.ts'
import type { Row } from './table.ts'

/** The long form: more rounds, one test at a time, and times are judged as they are promised. */
export const isLong = process.env.FAULTS_LONG === '1'

/** What an operator is promised, in milliseconds. */
export const promised = { slowest: 5_000, recovered: 2_000, alive: 100 }

/**
 * A machine that does other work at the same time makes every time longer. There the verdict is for what hangs, and the
 * figure itself stands in the table.
 */
const LENIENCY = isLong ? 1 : 10

/** How long a test waits for what is promised within a time. */
export const patience = LENIENCY * promised.slowest

interface Ending {
  recoveredMilliseconds?: number
  /** Whether the time until all is well again is promised: a start of the service takes longer. */
  isRecoveryPromised?: boolean
  aliveMilliseconds?: number
  wrong?: readonly string[]
  /** Done when the users have ended, and before the row is left. */
  afterwards?: () => Promise<void>
}

/** Ends the crowd, leaves the row, and holds it against the promise. */
export async function conclude(fault: string, crowd: Crowd, ending: Ending = {}): Promise<void> {
  const findings = await crowd.finish()
  await ending.afterwards?.()
  const { tried, acknowledged, slowestMilliseconds } = crowd.tally
  const { recoveredMilliseconds, aliveMilliseconds } = ending
  const wrong = [...findings.wrong, ...(ending.wrong ?? []), ...tooLate(slowestMilliseconds, ending)]
  leave({
    ...{ fault, tried, acknowledged, lost: findings.lost.length, wrong: wrong.length },
    ...{ slowestMilliseconds, recoveredMilliseconds, aliveMilliseconds },
  })
  expect(findings.lost).toEqual([])
  expect(wrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(0)
}

function tooLate(slowest: number, { isRecoveryPromised, ...ending }: Ending): string[] {
  const recovered = isRecoveryPromised === true ? ending.recoveredMilliseconds : undefined
  const times: [string, number | undefined, number][] = [
    ['the slowest answer', slowest, LENIENCY * promised.slowest],
    ['until all was well again', recovered, LENIENCY * promised.recovered],
    // Of thousands of short waits the longest tells of the machine alone; how often there was an answer tells more.
    ['the slowest /livez or 401', isLong ? ending.aliveMilliseconds : undefined, promised.alive],
  ]
  return times
    .filter(([, time = 0, most]) => time > most)
    .map(([what, time, most]) => `${what}: ${time} ms, of at most ${most}`)
}

/** The table must not read as if it had been tried. */
export function leaveUntried(fault: string, reason: string): void {
  leave({
    ...{ fault: `${fault} (not tried: ${reason})`, tried: 0, acknowledged: 0, lost: 0, wrong: 0 },
    ...{ slowestMilliseconds: undefined, recoveredMilliseconds: undefined },
  })
}

export function leave(row: Row): void {
  const name = `${process.hrtime.bigint()}-${process.pid}.json`
  writeFileSync(join(inject('rows'), name), JSON.stringify(row))
}
