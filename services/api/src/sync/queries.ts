import type { Owner } from '../database/owner.ts'
import type { Step } from '../database/statement.ts'
import { AppError, invalid } from '../errors.ts'
import { entityTagOf } from '../http/contract/entity-tag.ts'
import type { TokenSealer } from '../http/contract/sealed-token.ts'
import { hasTask, toTask } from '../tasks/columns.ts'
import type { Change } from './schema.ts'
import { type ChangeRow, type NoChange, syncStatements } from './statements.ts'

/** Where a client is in the changes. */
export interface Place {
  /** All changes up to this revision are applied; 0 is "nothing yet". */
  revision: number
  /**
   * The list's revision when the client was last known to hold nothing that was deleted by then: where a walk from
   * nothing began, and otherwise `revision`. Only later deletions can be missed.
   */
  began: number
  /**
   * Which list it is a place in: one that was made or restored again is another. Where there was no list yet, the
   * database's last restore in its place. Tokens of old do not say.
   */
  begun?: number | undefined
}

/** A longer page has a connection of its own, or short requests would wait behind it. */
const SHORT_PAGE = 500

/** Of a client that holds nothing, whatever there was. */
export const NOTHING_YET: Place = { revision: 0, began: 0 }
/** Of one that has seen that there is no list yet: what it holds by now, it made itself since. */
const noListYet = (lastRestore: number): Place => ({ revision: 0, began: 0, begun: lastRestore })

/** A change and the revision that a client is at once it has applied it. */
export interface RevisedChange {
  revision: number
  change: Change
}

export interface ChangePage {
  changes: RevisedChange[]
  /** Where a client is once it has applied all of them. */
  place: Place
  hasMore: boolean
}

/** One user's changes, in commit order: revisions are given under the lock of the list's row. */
export class OwnedChanges {
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  /** Where the list is now. */
  async now(): Promise<Place> {
    const [[row]] = await this.#owner.read(this.#owner.step(syncStatements.place))
    return row === undefined ? noListYet(await this.#owner.lastRestore()) : { began: row.revision, ...row }
  }

  /** @throws {AppError} `gone` when a deletion that the client may not have heard of has been forgotten. */
  async after(since: Place, limit: number): Promise<ChangePage> {
    const isFirst = since.revision === 0
    const holdsNothing = isFirst && since.begun === undefined
    // What it made itself since may be lost: it holds that, and nothing here would tell.
    if (isFirst && !holdsNothing && since.begun !== (await this.#owner.lastRestore())) gone()
    // A task that was purged before a walk from nothing began was never told in it.
    const known = holdsNothing ? Number.MAX_SAFE_INTEGER : Math.max(since.began, since.revision)
    const step = this.#owner.step(syncStatements.changes, since.revision, limit + 1, known)
    const rows = await this.#read(step, limit)
    const [first] = rows
    // A token for a list that does not exist dates from before the account was deleted.
    if (first === undefined) return isFirst ? this.#nothing(since) : gone()
    const { list_revision: listRevision, horizon, begun } = first
    if (!isFirst && since.begun !== undefined && since.begun !== begun) gone()
    const began = holdsNothing ? listRevision : isFirst ? begun : Math.max(since.began, since.revision)
    if (began < horizon || began > listRevision) gone()
    const changes = rows.slice(0, limit).filter(hasTask).map(toChange)
    const hasMore = rows.length > limit
    const revision = hasMore ? (changes.at(-1)?.revision ?? since.revision) : listRevision
    return { changes, place: { revision, began, begun }, hasMore }
  }

  /** There is no list yet, for one who has not seen that before either, or has. */
  async #nothing({ begun }: Place): Promise<ChangePage> {
    const place = noListYet(begun ?? (await this.#owner.lastRestore()))
    return { changes: [], place, hasMore: false }
  }

  async #read(step: Step<ChangeRow | NoChange>, limit: number): Promise<(ChangeRow | NoChange)[]> {
    // Planned for its values, it would be sorted out of all that comes after, in a list that nobody has analyzed yet.
    if (limit > SHORT_PAGE) return this.#owner.readApart(step, 'for any values')
    const [rows] = await this.#owner.read(step)
    return rows
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

  seal({ revision, began, begun }: Place): string {
    // One place has one token: where `began` says no more than the revision, it is left out.
    const parts =
      begun === undefined ? (began > revision ? [began] : []) : [began > revision ? began : 0, begun]
    return this.#sealer.seal(this.#purpose, [revision, ...parts])
  }

  /** @throws {AppError} `validation_failed` for a token that was not made here, for this user. */
  open(token: string, from: 'query' | 'header', path: string): Place {
    const [revision, began = revision, begun] = this.#sealer.open(this.#purpose, token) ?? []
    if (typeof revision === 'number' && typeof began === 'number') {
      return { revision, began, begun: typeof begun === 'number' ? begun : undefined }
    }
    return invalid([
      { in: from, path, message: 'was not made for you by this service: start again without it' },
    ])
  }
}

/** An event has the task as it is written here, so what else the row has is left out. */
function toChange(row: ChangeRow): RevisedChange {
  const { list_revision: _, horizon: __, begun: ___, revision, is_deleted: isDeleted, ...task } = row
  if (isDeleted) return { revision, change: { type: 'deleted', id: task.id } }
  return { revision, change: { type: 'task', task: toTask(task), etag: entityTagOf(revision) } }
}

function gone(): never {
  throw new AppError(
    'gone',
    'This token is too old: deletions since then are forgotten; start again without it',
  )
}
