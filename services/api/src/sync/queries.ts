import type { Row } from '../database/database.ts'
import type { Owner } from '../database/owner.ts'
import { AppError, invalid } from '../errors.ts'
import type { TokenSealer } from '../http/sealed-token.ts'
import type { Task } from '../tasks/schema.ts'
import type { Change } from './schema.ts'
import { syncStatements } from './statements.ts'

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
    // Whoever has a place in a list that is not there had it before the account was deleted.
    if (first === undefined) return since === 0 ? { changes: [], revision: 0, hasMore: false } : gone()
    const [listRevision, horizon] = [Number(first.list_revision), Number(first.horizon)]
    if (since !== 0 && (since < horizon || since > listRevision)) gone()
    const changes = first.id === null ? [] : rows.slice(0, limit).map(toChange)
    const hasMore = rows.length > limit
    const revision = hasMore ? (changes.at(-1)?.revision ?? since) : listRevision
    return { changes, revision, hasMore }
  }
}

/** Sync tokens of one user. In another's list the place would mean nothing, and changes would go missing unseen. */
export class SyncTokens {
  readonly #sealer: TokenSealer
  readonly #purpose: string

  constructor(sealer: TokenSealer, userId: string) {
    this.#sealer = sealer
    this.#purpose = `sync ${userId}`
  }

  seal(revision: number): string {
    return this.#sealer.seal(this.#purpose, [revision])
  }

  /** @throws {AppError} `validation_failed` for a token that was not made here, for this user. */
  open(token: string, from: 'query' | 'header', path: string): number {
    const [revision] = this.#sealer.open(this.#purpose, token) ?? []
    if (typeof revision === 'number') return revision
    return invalid([
      { in: from, path, message: 'was not made for you by this service: start again without it' },
    ])
  }
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
