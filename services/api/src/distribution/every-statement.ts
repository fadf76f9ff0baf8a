import { accountStatements } from '../account/statements.ts'
import { batchStatements } from '../batch/statements.ts'
import type { Statement } from '../database/statement.ts'
import { listStatements } from '../database/statements.ts'
import { idempotencyStatements } from '../idempotency/statements.ts'
import { moveStatements } from '../moves/statements.ts'
import { syncStatements } from '../sync/statements.ts'
import { tagStatements } from '../tags/statements.ts'
import { pageShapes } from '../tasks/page-shapes.ts'
import { pageStatement } from '../tasks/page-statements.ts'
import { purgeStatements } from '../tasks/purge/statements.ts'
import { taskStatements } from '../tasks/statements.ts'
import { trashStatements } from '../trash/statements.ts'

const named: readonly Record<string, Statement>[] = [
  accountStatements,
  batchStatements,
  idempotencyStatements,
  listStatements,
  moveStatements,
  purgeStatements,
  syncStatements,
  tagStatements,
  taskStatements,
  trashStatements,
]

/** All that requests and the upkeep of one user send. */
export function everyStatement(): Statement[] {
  return [...named.flatMap((statements) => Object.values(statements)), ...pageShapes().map(pageStatement)]
}
