import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import { errorOf } from './error.ts'
import { readEvents } from './event-stream.ts'
import type { paths } from './generated/api.ts'
import { randomId } from './random-id.ts'
import { type Fetch, retrying, type Sleep } from './retry.ts'
import type {
  Change,
  ChangeList,
  Move,
  NewTask,
  Operation,
  OperationResult,
  Tag,
  Task,
  TaskChanges,
  TaskFilter,
} from './types.ts'

export interface ClientOptions {
  /** Where the API is, such as `https://tasks.example.com`. */
  baseUrl: string
  /** Gives a valid access token; asked before every request, so it may refresh one that is about to expire. */
  token: () => string | Promise<string>
  /** Default: the global one. */
  fetch?: Fetch
  /** For tests, which have no time to wait. */
  sleep?: Sleep
}

/** The result of `sync`: the changes, and the token to go on from. */
export interface SyncResult {
  changes: Change[]
  next: string
}

export type TasklaneClient = ReturnType<typeof createClient>

/**
 * A client of one user's tasks.
 *
 * Requests are tried again while the API or the network is away, never in a way that could do a thing twice:
 * creations carry an Idempotency-Key. Every refusal is thrown as a TasklaneError.
 */
export function createClient(options: ClientOptions) {
  const api = fetchClient(options)
  return {
    /** The typed fetch client beneath, for the rest of the API. */
    api,
    ...changesOf(api),
    ...readsOf(api),

    /**
     * Changes as they happen, each with the token to go on from. Comes back by itself where the connection breaks,
     * without missing or repeating a change, until the signal aborts or the loop over it is left.
     */
    events: (from?: { since?: string; signal?: AbortSignal }) => followEvents(options, from ?? {}),
  }
}

/** Calls that change tasks. */
function changesOf(api: FetchClient<paths>) {
  return {
    /** @param key of this creation, for one that is to be repeated after a restart of the program. */
    async create(task: NewTask, key: string = randomId()): Promise<Task> {
      return unwrap(await api.POST('/tasks', { body: task, params: { header: { 'idempotency-key': key } } }))
    },

    async update(id: string, changes: TaskChanges): Promise<Task> {
      return unwrap(await api.PATCH('/tasks/{id}', { params: { path: { id } }, body: changes }))
    },

    /** Puts a task right above another one (`before`) or right below it (`after`) in the order by hand. */
    async move(id: string, to: Move): Promise<Task> {
      const params = { path: { id }, header: { 'idempotency-key': crypto.randomUUID() } }
      return unwrap(await api.POST('/tasks/{id}/move', { params, body: to }))
    },

    async delete(id: string): Promise<void> {
      unwrap(await api.DELETE('/tasks/{id}', { params: { path: { id } } }))
    },

    async restore(id: string): Promise<Task> {
      const header = { 'idempotency-key': randomId() }
      return unwrap(await api.POST('/trash/{id}/restore', { params: { path: { id }, header } }))
    },

    /** Up to 100 operations, all or nothing. */
    async batch(operations: Operation[], key: string = randomId()): Promise<OperationResult[]> {
      const params = { header: { 'idempotency-key': key } }
      return unwrap(await api.POST('/tasks/batch', { body: { operations }, params })).results
    },
  }
}

/** Calls that read, and leave all as it is. */
function readsOf(api: FetchClient<paths>) {
  return {
    async get(id: string): Promise<Task> {
      return unwrap(await api.GET('/tasks/{id}', { params: { path: { id } } }))
    },

    /** The tags of tasks, and how many open tasks carry each. */
    async tags(): Promise<Tag[]> {
      return unwrap(await api.GET('/tags')).data
    },

    /** All tasks, page after page; unmoved by what is created or deleted meanwhile. */
    async *tasks(filter: TaskFilter = {}): AsyncGenerator<Task> {
      let cursor: string | null = null
      do {
        const place: { cursor?: string } = cursor === null ? {} : { cursor }
        const query = { ...filter, per_page: 100, ...place }
        const page = unwrap(await api.GET('/tasks', { params: { query } }))
        yield* page.data
        cursor = page.next_cursor
      } while (cursor !== null)
    },

    /**
     * Every change since a token, in commit order; without one, everything from the start.
     *
     * @throws {TasklaneError} with code `gone` when the token is too old: forget what you have and start without one.
     */
    async sync(since?: string): Promise<SyncResult> {
      const changes: Change[] = []
      let next = since
      for (;;) {
        const query = next === undefined ? {} : { since: next }
        const page: ChangeList = unwrap(await api.GET('/tasks/changes', { params: { query } }))
        changes.push(...page.changes)
        next = page.next
        if (!page.has_more) return { changes, next }
      }
    },
  }
}

function fetchClient(options: ClientOptions): FetchClient<paths> {
  const send: Fetch = options.fetch ?? ((request) => fetch(request))
  const api = createFetchClient<paths>({
    baseUrl: options.baseUrl,
    fetch: retrying(send, options.sleep ?? sleepFor),
  })
  api.use({
    async onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${await options.token()}`)
      return request
    },
  })
  return api
}

function unwrap<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  if (!answer.response.ok) throw errorOf(answer.response, answer.error)
  return answer.data as T
}

async function* followEvents(
  options: ClientOptions,
  { since, signal }: { since?: string; signal?: AbortSignal },
): AsyncGenerator<{ change: Change; next: string }> {
  const send: Fetch = options.fetch ?? ((request) => fetch(request))
  const connect = retrying(send, options.sleep ?? sleepFor)
  let last = since
  for (;;) {
    try {
      const body = await openStream(options, connect, last, signal)
      for await (const { id, type, data } of readEvents(body)) {
        last = id
        // Others tell of the stream itself: `ready` of where it begins.
        if (type === 'message') yield { change: JSON.parse(data) as Change, next: id }
      }
    } catch (error) {
      if (!signal?.aborted && !isLostConnection(error)) throw error
    }
    if (signal?.aborted) return
    // The stream ended: the token expired, the server restarted, or the network broke. On from the last event.
    await (options.sleep ?? sleepFor)(RECONNECT_MILLISECONDS)
  }
}

const RECONNECT_MILLISECONDS = 500

async function openStream(
  options: ClientOptions,
  connect: Fetch,
  last: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
  const headers = new Headers({ authorization: `Bearer ${await options.token()}` })
  if (last !== undefined) headers.set('last-event-id', last)
  const request = new Request(`${options.baseUrl.replace(/\/$/, '')}/tasks/events`, {
    headers,
    ...(signal !== undefined && { signal }),
  })
  const response = await connect(request)
  if (!response.ok) throw errorOf(response, await response.json().catch(() => undefined))
  if (response.body === null) throw new TypeError('The event stream has no body')
  return response.body
}

/** Fetch tells every failure of the network as a TypeError. */
function isLostConnection(error: unknown): boolean {
  return error instanceof TypeError
}

function sleepFor(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
