import { TasklaneError } from '../error.ts'
import type { LocalCopy } from './local-copy.ts'
import { emptyMeta, FORMAT, type Row } from './storage.ts'
import type { FeedPage, Wire } from './wire.ts'

/** Follows the feed: brings the confirmed rows to where the API is. It only ever reads. */
export class Feed {
  readonly #local: LocalCopy
  readonly #wire: Wire
  readonly #now: () => number

  constructor(local: LocalCopy, wire: Wire, now: () => number) {
    this.#local = local
    this.#wire = wire
    this.#now = now
  }

  /** Every change since the last time. Rows of another format, or with a token that is no good, are built anew. */
  async pull(): Promise<void> {
    const { meta, rows } = this.#local
    if (meta.format !== FORMAT) return this.#rebuild()
    if (meta.next === undefined && rows.size === 0 && this.#local.preview.size === 0)
      this.#local.setPreview(await this.#wire.openTasks())
    try {
      await this.#walk()
    } catch (error) {
      if (!(error instanceof TasklaneError && isTokenRefused(error))) throw error
      await this.#rebuild()
    }
  }

  async #walk(): Promise<void> {
    let isLong = this.#local.meta.next === undefined
    for (let hasMore = true; hasMore; isLong = true) {
      const page = await this.#wire.changes(this.#local.meta.next, isLong)
      await this.#local.exclusively(() => this.#take(page))
      hasMore = page.hasMore
    }
  }

  async #take(page: FeedPage): Promise<void> {
    const { meta, rows } = this.#local
    const remove = page.hasMore ? [] : this.#acknowledged()
    const put = page.changes.flatMap(({ id, row }) => this.#newer(rows.get(id), row))
    const isNothing = page.changes.length === 0 && remove.length === 0 && meta.complete
    if (isNothing) return
    const complete = meta.complete || !page.hasMore
    await this.#local.commit({
      rows: { side: meta.side, put },
      meta: { ...meta, next: page.next, complete },
      remove,
    })
  }

  /** The row to put, if any: a deleted one is kept for the trash, and one that is known already is left as it is. */
  #newer(known: Row | undefined, told: Row | undefined): Row[] {
    if (told === undefined)
      return known === undefined || known.deletedAt ? [] : [{ ...known, deletedAt: this.#now() }]
    const isKnown = told.etag !== undefined && told.etag === known?.etag && known.deletedAt === undefined
    return isKnown ? [] : [told]
  }

  /** The walk has told the effects of these. */
  #acknowledged(): number[] {
    return this.#local.entries.filter(({ status }) => status === 'acknowledged').map(({ number }) => number)
  }

  /** All rows anew on the other side, which then takes over; meanwhile the old ones are shown. The outbox stays. */
  async #rebuild(): Promise<void> {
    const side = this.#local.meta.side === 0 ? 1 : 0
    const built = new Map<string, Row>()
    await this.#local.exclusively(() => this.#local.commit({ clear: [side] }))
    let next: string | undefined
    for (let hasMore = true; hasMore; ) {
      const page: FeedPage = await this.#wire.changes(next, true)
      const put = page.changes.flatMap(({ row }) => row ?? [])
      for (const { id, row } of page.changes) {
        if (row) built.set(id, row)
        else built.delete(id)
      }
      const remove = page.changes.flatMap(({ id, row }) => (row ? [] : id))
      await this.#local.exclusively(() => this.#local.commit({ rows: { side, put, remove } }))
      next = page.next
      hasMore = page.hasMore
    }
    await this.#local.exclusively(() => this.#swap(side, built, next))
  }

  async #swap(side: 0 | 1, built: Map<string, Row>, next: string | undefined): Promise<void> {
    const { meta, rows } = this.#local
    const gone = [...rows.values()]
      .filter(({ id }) => !built.has(id))
      .map((row) => ({ ...row, deletedAt: row.deletedAt ?? this.#now() }))
    for (const row of gone) built.set(row.id, row)
    const after = {
      ...emptyMeta,
      writes: meta.writes,
      side,
      complete: true,
      ...(next !== undefined && { next }),
    }
    await this.#local.commit(
      { meta: after, rows: { side, put: gone }, clear: [meta.side], remove: this.#acknowledged() },
      built,
    )
  }
}

/** It is too old, or another service made it: one with another key, on the same address. */
function isTokenRefused({ code, problem: { errors = [] } }: TasklaneError): boolean {
  return code === 'gone' || errors.some(({ path }) => path === '/since')
}
