import type { Owner } from '../../database/owner.ts'
import type { Step } from '../../database/statement.ts'
import { purgeStatements } from './statements.ts'

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** The steps that keep what is left of deleted tasks, under the list's lock, before they are deleted for good. */
export function rememberSteps(owner: Owner, ids: readonly string[], now: Date): [Step, Step] {
  const endOfHour = Math.floor(now.getTime() / HOUR_MILLISECONDS + 1) * HOUR_MILLISECONDS
  return [
    owner.step(purgeStatements.remember, ids),
    owner.step(purgeStatements.mark, ids, new Date(endOfHour).toISOString()),
  ]
}

/** The steps that forget what was purged until then, under the list's lock. */
export function forgetSteps(owner: Owner, purgedUntil: Date): Step[] {
  const { raiseHorizon, forget, forgetMarks } = purgeStatements
  return [raiseHorizon, forget, forgetMarks].map((statement) =>
    owner.step(statement, purgedUntil.toISOString()),
  )
}
