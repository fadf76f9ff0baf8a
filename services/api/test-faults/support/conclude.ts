import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import type { Crowd } from './crowd.ts'
import type { Row } from './table.ts'

/** The long form: more rounds, one test at a time, and times are judged. */
export const isLong = process.env.FAULTS_LONG === '1'

/** What an operator is promised. On a machine that does other work at the same time, times say nothing. */
export const promised = { slowestMilliseconds: 5_000, recoveredMilliseconds: 2_000, aliveMilliseconds: 100 }

/** Ends the crowd, leaves the row, and holds it against the promise. */
export async function conclude(
  fault: string,
  crowd: Crowd,
  { recoveredMilliseconds, wrong = [] }: { recoveredMilliseconds?: number; wrong?: readonly string[] } = {},
): Promise<void> {
  const findings = await crowd.finish()
  const { tried, acknowledged, slowestMilliseconds } = crowd.tally
  const allWrong = [...findings.wrong, ...wrong]
  leave({
    fault,
    tried,
    acknowledged,
    lost: findings.lost.length,
    wrong: allWrong.length,
    slowestMilliseconds,
    recoveredMilliseconds,
  })
  expect(findings.lost).toEqual([])
  expect(allWrong).toEqual([])
  expect(acknowledged).toBeGreaterThan(0)
}

export function leave(row: Row): void {
  const name = `${process.hrtime.bigint()}-${process.pid}.json`
  writeFileSync(join(inject('rows'), name), JSON.stringify(row))
}
