import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import type { Step, World } from './model.ts'

/**
 * A copy of one user's tasks, kept page by page from the feed. Whatever happens between the pages, it is the list
 * once it has caught up, and it must start again only where a deletion that it may not know of was purged.
 */
export class Replica {
  #tasks = new Map<string, unknown>()
  #token: string | undefined
  /** Deleted since it began, or last caught up. */
  #deleted = new Set<string>()
  #mayBeGone = false

  /** The path of the next page. */
  path(limit: number): string {
    const since = this.#token === undefined ? '' : `&since=${this.#token}`
    return `/tasks/changes?limit=${limit}${since}`
  }

  /** What was done at once between two pages, in whatever order. */
  observe(steps: readonly Step[]): void {
    if (this.#token === undefined) return
    const done = steps.filter(({ answer }) => answer.status === 204)
    for (const { command, id } of done) if (command.do === 'delete') this.#deleted.add(id)
    for (const { command, id } of done) {
      if (command.do === 'purge') this.#mayBeGone ||= this.#deleted.has(id)
      if (command.do === 'empty trash') this.#mayBeGone ||= this.#deleted.size > 0
    }
  }

  /** Takes a page: the worlds that it agrees with, or what is wrong with it; and whether there is more to come. */
  take(
    worlds: readonly World[],
    answer: Answer,
  ): { worlds: readonly World[]; hasMore: boolean } | { wrong: string } {
    if (answer.status === 410 && this.#mayBeGone) {
      this.#startAgain()
      return { worlds, hasMore: true }
    }
    if (answer.status !== 200)
      return { wrong: `a page of changes was due, not ${answer.status} ${answer.text}` }
    const { changes, next, has_more: hasMore } = answer.body
    for (const { type, task, id } of changes) {
      if (type === 'task') this.#tasks.set(task.id, task)
      else this.#tasks.delete(id)
    }
    this.#token = next
    if (hasMore) return { worlds, hasMore }
    this.#caughtUp()
    const agreeing = worlds.filter((world) => this.#isCopyOf(world))
    return agreeing.length > 0
      ? { worlds: agreeing, hasMore }
      : { wrong: `the copy is ${JSON.stringify([...this.#tasks.values()])}, the list is not` }
  }

  #isCopyOf(world: World): boolean {
    const live = world.filter(({ isDeleted }) => !isDeleted).map(({ task }) => [task.id, task] as const)
    return isDeepStrictEqual(new Map(live), this.#tasks)
  }

  #startAgain(): void {
    this.#tasks = new Map()
    this.#token = undefined
    this.#caughtUp()
  }

  #caughtUp(): void {
    this.#deleted = new Set()
    this.#mayBeGone = false
  }
}
