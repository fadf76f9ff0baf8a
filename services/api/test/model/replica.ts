import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import type { World } from './model.ts'

/**
 * A copy of one user's tasks and their entity tags, kept page by page from the feed. Whatever happens between the
 * pages, purges included, it never has to start again, and is the list once it has caught up.
 */
export class Replica {
  readonly #tasks = new Map<string, { task: unknown; etag: string }>()
  #token: string | undefined

  /** The path of the next page. */
  path(limit: number): string {
    const since = this.#token === undefined ? '' : `&since=${this.#token}`
    return `/tasks/changes?limit=${limit}${since}`
  }

  /** Takes a page: the worlds that it agrees with, or what is wrong with it; and whether there is more to come. */
  take(
    worlds: readonly World[],
    answer: Answer,
  ): { worlds: readonly World[]; hasMore: boolean } | { wrong: string } {
    if (answer.status !== 200)
      return { wrong: `a page of changes was due, not ${answer.status} ${answer.text}` }
    const { changes, next, has_more: hasMore } = answer.body
    for (const { type, task, etag, id } of changes) {
      if (type === 'task') this.#tasks.set(task.id, { task, etag })
      else this.#tasks.delete(id)
    }
    this.#token = next
    if (hasMore) return { worlds, hasMore }
    const agreeing = worlds.filter((world) => this.#isCopyOf(world))
    return agreeing.length > 0
      ? { worlds: agreeing, hasMore }
      : { wrong: `the copy is ${JSON.stringify([...this.#tasks.values()])}, the list is not` }
  }

  #isCopyOf(world: World): boolean {
    const live = world.filter(({ isDeleted }) => !isDeleted)
    const due = new Map(live.map(({ task, etag }) => [task.id, { task, etag }]))
    return isDeepStrictEqual(due, this.#tasks)
  }
}
