import type { TasklaneClient } from '../client.ts'
import { errorOf, type Problem } from '../error.ts'
import type { Operation, Task } from '../types.ts'
import { within } from './patience.ts'
import type { Row, SentRequest, Step } from './storage.ts'

/** The most changes that an answer of the feed holds: 100,000 tasks take 20. */
const LONG_PAGE = 5000
/** As a rule little is new. So short a page the API answers like any request; a longer one has to wait its turn. */
const SHORT_PAGE = 500
/** A network that swallows requests is as good as none; one that is slow is given more time after each that was cut off. */
const PATIENCE_MILLISECONDS = 60_000
const MAXIMUM_PATIENCE_MILLISECONDS = 8 * PATIENCE_MILLISECONDS

export interface FeedPage {
  /** In their order; a deletion has no row. */
  changes: { id: string; row?: Row }[]
  next: string
  hasMore: boolean
}

export type Answer =
  /** The first answer of all to this request, or the same once more. */
  | { kind: 'done'; rows: Row[]; deleted: string[]; isReplayed: boolean }
  | { kind: 'refused'; problem: Problem }

/** The requests of the replica. Anything but an answer of the API's own is thrown, and asked again later. */
export class Wire {
  readonly #api: TasklaneClient['api']
  readonly #closing: AbortSignal
  #patience = PATIENCE_MILLISECONDS

  constructor(client: TasklaneClient, closing: AbortSignal) {
    this.#api = client.api
    this.#closing = closing
  }

  /** @throws {TasklaneError} `gone` for a token that is too old. */
  async changes(since: string | undefined, isLong: boolean): Promise<FeedPage> {
    const query = { limit: isLong ? LONG_PAGE : SHORT_PAGE, ...(since !== undefined && { since }) }
    const answer = await this.#within((signal) =>
      this.#api.GET('/tasks/changes', { params: { query }, signal }),
    )
    if (answer.data === undefined) throw errorOf(answer.response, answer.error)
    const changes = answer.data.changes.map((change) =>
      change.type === 'task'
        ? { id: change.task.id, row: rowOf(change.task, change.etag) }
        : { id: change.id },
    )
    return { changes, next: answer.data.next, hasMore: answer.data.has_more }
  }

  /** The newest open tasks, to be seen before the feed has been walked. */
  async openTasks(): Promise<Task[]> {
    const query = { completed: false, per_page: 100 }
    const answer = await this.#within((signal) => this.#api.GET('/tasks', { params: { query }, signal }))
    if (answer.data === undefined) throw errorOf(answer.response, answer.error)
    return answer.data.data
  }

  async send(request: SentRequest, steps: readonly Step[]): Promise<Answer> {
    const [first] = steps
    if (first?.operation.op === 'restore') return this.#restore(first.operation.id, request.key)
    const body = { operations: request.operations as Operation[] }
    const params = { header: { 'idempotency-key': request.key } }
    const answer = await this.#within((signal) => this.#api.POST('/tasks/batch', { body, params, signal }))
    if (answer.data === undefined) return refusal(answer.response, answer.error)
    const rows: Row[] = []
    const deleted: string[] = []
    for (const result of answer.data.results) {
      if ('task' in result) rows.push(rowOf(result.task, result.etag))
      else deleted.push(result.id)
    }
    return { kind: 'done', rows, deleted, isReplayed: isReplayed(answer.response) }
  }

  async #restore(id: string, key: string): Promise<Answer> {
    const params = { path: { id }, header: { 'idempotency-key': key } }
    const answer = await this.#within((signal) => this.#api.POST('/trash/{id}/restore', { params, signal }))
    if (answer.data === undefined) return refusal(answer.response, answer.error)
    const row = rowOf(answer.data, answer.response.headers.get('etag') ?? undefined)
    return { kind: 'done', rows: [row], deleted: [], isReplayed: isReplayed(answer.response) }
  }

  #within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return within(this.#patience, this.#closing, work).catch((error: unknown) => {
      if (error instanceof DOMException)
        this.#patience = Math.min(2 * this.#patience, MAXIMUM_PATIENCE_MILLISECONDS)
      throw error
    })
  }
}

function rowOf(task: Task, etag: string | undefined): Row {
  return { id: task.id, task, ...(etag !== undefined && { etag }) }
}

function isReplayed(response: Response): boolean {
  return response.headers.get('idempotency-replayed') === 'true'
}

/** To wait for rather than to report: nobody is signed in, too slow, too often. */
const PASSING = [401, 408, 429]

/** Only the API refuses: a portal's or a proxy's own answer ends nothing. */
function refusal(response: Response, body: unknown): Answer {
  const error = errorOf(response, body)
  const isOwn = response.headers.get('content-type')?.startsWith('application/problem+json')
  if (!isOwn || response.status >= 500 || PASSING.includes(response.status)) throw error
  return { kind: 'refused', problem: error.problem }
}
