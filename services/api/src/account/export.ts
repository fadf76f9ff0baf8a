import type { OwnedAccount } from './queries.ts'
import type { ExportLine } from './schema.ts'

/** The lines of an export, a page of tasks at a time; an error midway leaves it without its last line. */
export async function* exportLines(account: OwnedAccount, userId: string): AsyncGenerator<string> {
  yield lineOf({ type: 'export', version: 1, user_id: userId, exported_at: new Date().toISOString() })
  let count = 0
  for await (const tasks of account.tasks()) {
    count += tasks.length
    yield tasks.map((task) => lineOf({ type: 'task', ...task })).join('')
  }
  yield lineOf({ type: 'end', count })
}

function lineOf(line: ExportLine): string {
  return `${JSON.stringify(line)}\n`
}
