import type { Row } from '../database/database.ts'
import type { Owner } from '../database/owner.ts'
import { AppError, invalid } from '../errors.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import type { Task } from '../tasks/schema.ts'
import type { Change } from './schema.ts'
import { syncStatements } from './statements.ts'

const TOKEN_PURPOSE = 'sync'

/** A change and the revision that a client is at once it has applied it. */
export interface RevisedChange {
  revision: number
  change: Change
}

export interface ChangePage {
  changes: RevisedChange[]
  /** The revision that a client is at once it has applied all of them. */
  revision: number
  hasMore: boolean
}

/** One user's changes, in commit order: revisions are given under the lock of the list's row. */
export class OwnedChanges {
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /**
   * @param since the revision that the client is at; 0 is "nothing yet".
   * @throws {AppError} `gone` when deletions after that revision have been forgotten.
   */
  async after(since: number, limit: number): Promise<ChangePage> {
    const [rows = []] = await this.#owner.read(this.#owner.step(syncStatements.changes, since, limit + 1))
    const [first] = rows
    if (first === undefined) return { changes: [], revision: since, hasMore: false }
    const [listRevision, horizon] = [Number(first.list_revision), Number(first.horizon)]
    if (since !== 0 && (since < horizon || since > listRevision)) gone()
    const changes = first.id === null ? [] : rows.slice(0, limit).map(toChange)
    const hasMore = rows.length > limit
    const revision = hasMore ? (changes.at(-1)?.revision ?? since) : listRevision
    return { changes, revision, hasMore }
  }
}

export function sealRevision(sealer: TokenSealer, revision: number): string {
  return sealer.seal(TOKEN_PURPOSE, [revision])
}

/** @throws {AppError} `validation_failed` for a token that was not made here. */
export function openRevision(
  sealer: TokenSealer,
  token: string,
  from: 'query' | 'header',
  path: string,
): number {
  const [revision] = sealer.open(TOKEN_PURPOSE, token) ?? []
  if (typeof revision === 'number') return revision
  return invalid([{ in: from, path, message: 'was not made by this service: start again without it' }])
}

function toChange(row: Row): RevisedChange {
  const { revision, is_deleted: isDeleted } = row
  const task = row as unknown as Task
  const change: Change =
    isDeleted === true ? { type: 'deleted', id: task.id } : { type: 'task', task: taskOf(task) }
  return { revision: Number(revision), change }
}

function taskOf({ id, title, description, completed, created_at, updated_at }: Task): Task {
  return { id, title, description, completed, created_at, updated_at }
}

function gone(): never {
  throw new AppError(
    'gone',
    'This token is too old: deletions since then are forgotten; start again without it',
  )
}
