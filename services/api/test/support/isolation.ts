import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { v7 as uuidV7 } from 'uuid'
import { sorts } from '../../src/tasks/sorts.ts'
import { type TestApp, token } from './app.ts'
import { exchange, use } from './exchange.ts'
import type { Face } from './face.ts'
import { perUserTables, rowsOfOthers } from './per-user-tables.ts'
import { routeUseOf } from './route-uses.ts'
import { Transcript } from './transcript.ts'

/** Tasks that are not the caller's: one there, one deleted, one purged. */
interface Foreign {
  live: string
  deleted: string
  purged: string
}

export interface Crowded {
  /** How what the caller was told differs from what they are told alone. */
  told: string[]
  /** What of other users changed, or was waited for. */
  touched: string[]
}

/** So that the revisions of two runs differ by the same steps. */
export const countingRevisions = { revisionClock: () => 0 }

/** Every shape of a list, in pages of that size. */
const listQueries = (size: number) =>
  sorts.flatMap((sort) =>
    ['', '&completed=true', '&completed=false'].flatMap((filter) =>
      ['', '&q=task', ...(sort.endsWith('due') ? ['&due_from=2026-01-01'] : [])].map(
        (search) => `?per_page=${size}&sort=${sort}${filter}${search}`,
      ),
    ),
  )

/** All in one page, and so small that a list goes on for a second one. */
const WHOLE = 50
const SMALL = 1

/**
 * Isolation, without saying what a leak would look like: everything that the API can do is done by one user, once
 * alone in the world and once in a crowd whose ids they know. They must be told the same, and nothing of the
 * others may change, nor be waited for.
 */
export class IsolationRun {
  readonly #app: TestApp
  readonly #routes: readonly string[]
  /** Is told of every request of the caller's before it is sent. */
  onRequest: (request: string) => void = () => {}
  /** Which of the requests that only read are worth sending. */
  wants: (request: string) => boolean = () => true

  constructor(app: TestApp, routes: readonly string[]) {
    this.#app = app
    this.#routes = routes.filter((route) => routeUseOf(route)?.opensTo === 'caller')
  }

  async alone(): Promise<Transcript> {
    // Ids like those of tasks that were made before the caller's, for an export is in the order of ids.
    return this.#doEverything(randomUUID(), { live: uuidV7(), deleted: uuidV7(), purged: uuidV7() })
  }

  /** `work` is run around the caller's requests only, not while the crowd gathers. */
  async crowded(
    alone: Transcript,
    work: <T>(requests: () => Promise<T>) => Promise<T> = (requests) => requests(),
  ): Promise<Crowded> {
    const { pool, engine } = this.#app.database
    const tables = await perUserTables(pool)
    const foreign = await this.#gatherCrowd(tables)
    const caller = randomUUID()
    const before = await rowsOfOthers(pool, tables, caller)
    const holder = engine === 'postgres' ? await RowHolder.hold(pool, tables) : undefined
    try {
      const told = await work(() => this.#doEverything(caller, foreign))
      const after = await rowsOfOthers(pool, tables, caller)
      return {
        told: told.differences(alone),
        touched: [...differences(before, after), ...(holder?.waits ?? [])],
      }
    } finally {
      await holder?.release()
    }
  }

  async #gatherCrowd(tables: readonly string[]): Promise<Foreign> {
    const people = [await authorizationOf(randomUUID()), await authorizationOf(randomUUID())]
    const send = (person: string) => new Sender(this.#app.url, person, new Transcript())
    const ids = await Promise.all(people.map((person) => arrange(send(person), "a stranger's")))
    for (const table of tables) {
      const { rows } = await this.#app.database.pool.query(`select from ${table} limit 1`)
      if (rows.length === 0) throw new Error(`The crowd has no row in ${table}: extend arrange()`)
    }
    // The keys of one of the people have expired, so that they are there for the taking.
    await this.#app.database.pool.query(
      "update idempotency_keys set expires_at = '2000-01-01' where user_id = (select user_id from tasks where id = $1)",
      [ids[0]?.[0]],
    )
    // What is left of the tasks that people purged has had its time.
    await this.#app.database.pool.query("update purges set purged_at = purged_at - interval '30 years'")
    const [live = '', , , deleted = '', , purged = ''] = ids[0] ?? []
    return { live, deleted, purged }
  }

  async #doEverything(userId: string, foreign: Foreign): Promise<Transcript> {
    const transcript = new Transcript()
    const sender = new Sender(this.#app.url, await authorizationOf(userId), transcript, {
      onRequest: (request) => this.onRequest(request),
      wants: (request) => this.wants(request),
    })
    const uses = this.#routes.map((route) => ({
      route,
      finds: routeUseOf(route)?.finds,
      last: routeUseOf(route)?.last,
    }))
    const finding = uses.filter(({ finds }) => finds !== undefined)
    const others = uses.filter(({ finds, last }) => finds === undefined && last === undefined)
    const foreignIds = [foreign.live, foreign.deleted]

    await sender.get('/tasks')
    for (const { route } of finding) for (const id of foreignIds) await sender.use(route, id)
    const [own] = await arrange(sender)
    for (const id of foreignIds) {
      await sender.send('POST', `/tasks/${own}/move`, { before: id })
      await sender.send('POST', `/tasks/${id}/move`, { after: own })
    }
    // One more than a stranger has, so that their counts are not the same by chance.
    const extra = await sender.create('an own sixth task')
    await sender.send('PATCH', `/tasks/${extra}`, { completed: true })
    await this.#readAll(sender, WHOLE)
    for (const { route, finds } of finding) {
      for (const id of foreignIds) await sender.use(route, id)
      const id = await sender.create(`for ${route}`)
      if (finds === 'trashed') await sender.send('DELETE', `/tasks/${id}`)
      await sender.use(route, id)
      await sender.get('/tasks')
    }
    // An id is anybody's to bring along, so that what is deleted by id alone is seen to be deleted.
    await sender.importDeleted(userId, foreign.deleted)
    await sender.importDeleted(userId, foreign.purged)
    const operations = [{ op: 'create', id: foreign.live, title: 'an own task of that id' }]
    await sender.send('POST', '/tasks/batch', { operations })
    await repeat(sender, foreign.live)
    await sender.send('POST', `/tasks/${foreign.live}/move`, { before: extra })
    for (const { route } of others) await sender.use(route, randomUUID())
    await sender.listen()
    await this.#readAll(sender, SMALL)
    for (const { route, last } of uses) if (last) await sender.use(route, randomUUID())
    await sender.get('/tasks')
    return transcript
  }

  /** Every way to read a list, and on from where it says that it goes on. */
  async #readAll(sender: Sender, size: number): Promise<void> {
    const lists = [
      '/tasks',
      ...listQueries(size).map((query) => `/tasks${query}`),
      '/tasks?page=2&per_page=2',
    ]
    const others = ['/trash', '/trash?per_page=1', '/tasks/changes?limit=2', '/me', '/me/export']
    for (const path of [...lists, ...others]) {
      if (this.#routes.includes(`GET ${path.replace(/\?.*/, '')}`)) await sender.readOn(path)
    }
  }
}

async function authorizationOf(userId: string): Promise<string> {
  return `Bearer ${await token({ sub: userId })}`
}

function nextOf(path: string, text: string): string | undefined {
  const [, name = '', value = ''] = /"(next_cursor|next)":"([^"]+)"/.exec(text) ?? []
  if (value === '') return undefined
  const [pathname, query = ''] = path.split('?')
  const parameters = new URLSearchParams(query)
  parameters.delete('page')
  parameters.set(name === 'next' ? 'since' : 'cursor', value)
  return `${pathname}?${parameters}`
}

interface Listener {
  onRequest: (request: string) => void
  wants: (request: string) => boolean
}

/** One user's requests, each written down with its answer. */
export class Sender {
  readonly #url: string
  readonly #authorization: string
  readonly #transcript: Transcript
  readonly #listener: Listener

  constructor(
    url: string,
    authorization: string,
    transcript = new Transcript(),
    listener: Listener = { onRequest: () => {}, wants: () => true },
  ) {
    this.#url = url
    this.#authorization = authorization
    this.#transcript = transcript
    this.#listener = listener
  }

  use(route: string, id: string): Promise<Face | undefined> {
    return this.#tell(route, () => use(this.#url, route, id, this.#authorization))
  }

  get(path: string, headers: Record<string, string> = {}, name = path): Promise<Face | undefined> {
    const init = { headers: { authorization: this.#authorization, ...headers } }
    return this.#tell(`GET ${name}`, () => exchange(this.#url + path, init))
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<string> {
    // So that the order of times, and with it of lists, is the same in every run.
    await nextMillisecond()
    const headers = { authorization: this.#authorization, ...more }
    const init =
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const name = `${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`
    return (await this.#tell(name, () => exchange(this.#url + path, init)))?.text ?? ''
  }

  async create(title: string, headers: Record<string, string> = {}): Promise<string> {
    const text = await this.send('POST', '/tasks', { title, description: `${title}, described` }, headers)
    return /"id":"([^"]+)"/.exec(text)?.[1] ?? 'none'
  }

  async importDeleted(userId: string, id: string): Promise<void> {
    const time = '2026-01-01T00:00:00.000Z'
    const task = { id, title: 'an own imported task', description: null, completed: false }
    const lines = [
      { type: 'export', version: 1, user_id: userId, exported_at: time },
      { type: 'task', ...task, created_at: time, updated_at: time, deleted_at: time },
      { type: 'end', count: 1 },
    ]
    const headers = { authorization: this.#authorization, 'content-type': 'application/x-ndjson' }
    const init = { method: 'POST', headers, body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') }
    await this.#tell('POST /me/import', () => exchange(`${this.#url}/me/import`, init))
  }

  /** Three pages, and the first one once more; a page that is not there leaves its place in the transcript. */
  async readOn(path: string): Promise<void> {
    let target: string | undefined = path
    for (const page of [1, 2, 3]) {
      const answer: Face | undefined =
        target === undefined ? this.#transcript.skip() : await this.get(target, {}, path)
      const etag = answer?.headers.etag
      if (target === undefined || etag === undefined || page > 1) this.#transcript.skip()
      else await this.get(target, { 'if-none-match': etag }, path)
      target = nextOf(path, answer?.text ?? '')
    }
  }

  /** Where a stream begins is told in an opaque token; what is new since then tells whose place it is. */
  async listen(): Promise<void> {
    await this.#tell('GET /tasks/events, and the changes since', async () => {
      const { text } = await use(this.#url, 'GET /tasks/events', '', this.#authorization)
      const [, place = ''] = /^id: ?(\S+)$/m.exec(text) ?? []
      const headers = { authorization: this.#authorization }
      return exchange(`${this.#url}/tasks/changes?since=${encodeURIComponent(place)}`, { headers })
    })
  }

  /** Sends every write; sends a read if it is wanted, or is another page of a wanted one. */
  async #tell(request: string, send: () => Promise<Face>): Promise<Face | undefined> {
    const isRead = /^(GET|HEAD) /.test(request)
    if (isRead && !this.#listener.wants(request)) {
      this.#transcript.skip()
      return undefined
    }
    this.#listener.onRequest(request)
    const answer = await send()
    this.#transcript.add(request, answer)
    return answer
  }
}

/**
 * Gives a user something of every kind, in every per-user table: six tasks (one as it was made, one changed, one
 * completed, two deleted, one purged), whose ids are returned, and a retried one.
 */
export async function arrange(sender: Sender, whose = 'an own'): Promise<string[]> {
  const ids: string[] = []
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth'])
    ids.push(await sender.create(`${whose} ${name} task`))
  const [, changed, completed, ...deleted] = ids
  const purged = await sender.create(`${whose} purged task`)
  await sender.send('DELETE', `/tasks/${purged}`)
  await sender.send('DELETE', `/trash/${purged}`)
  await sender.send('PATCH', `/tasks/${changed}`, { title: `${whose} changed task` })
  await sender.send('PATCH', `/tasks/${completed}`, { completed: true })
  await sender.send('POST', `/tasks/${changed}/move`, { before: completed })
  await sender.send('PATCH', `/tasks/${changed}`, { tags: [whose] })
  for (const id of deleted) await sender.send('DELETE', `/tasks/${id}`)
  for (const _ of [1, 2]) await sender.create(`${whose} retried task`, { 'idempotency-key': 'one' })
  return [...ids, purged]
}

/** Completes a task that repeats, takes that back and does it again, so that there is a next one, or none, each time. */
async function repeat(sender: Sender, id: string): Promise<void> {
  await sender.send('PATCH', `/tasks/${id}`, { due: '2026-01-01', recurrence: 'FREQ=DAILY' })
  const completion = { completed: true, completed_at: '2026-01-01T12:00:00+01:00' }
  for (const changes of [completion, { completed: false }, completion]) {
    await sender.send('PATCH', `/tasks/${id}`, changes)
    await sender.get('/tasks')
  }
}

async function nextMillisecond(): Promise<void> {
  const now = Date.now()
  while (Date.now() <= now) await new Promise((resolve) => setImmediate(resolve))
}

function differences(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)]
  return [
    ...before.filter((row) => !is.has(row)).map((row) => `gone or changed: ${row}`),
    ...after.filter((row) => !was.has(row)).map((row) => `new or changed: ${row}`),
  ]
}

const WATCH_MILLISECONDS = 10

/** Holds every row of a crowd, so that a request that touches one of them has to wait, and is seen waiting. */
class RowHolder {
  readonly waits: string[] = []
  readonly #client: pg.PoolClient
  readonly #watcher: pg.Client
  #watching = true
  readonly #watched: Promise<void>

  private constructor(client: pg.PoolClient, watcher: pg.Client, pid: number) {
    this.#client = client
    this.#watcher = watcher
    this.#watched = this.#watch(pid)
  }

  static async hold(pool: pg.Pool, tables: readonly string[]): Promise<RowHolder> {
    const client = await pool.connect()
    await client.query('begin')
    for (const table of tables) await client.query(`select from ${table} for update`)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const watcher = new pg.Client(pool.options)
    await watcher.connect()
    return new RowHolder(client, watcher, rows[0]?.pid ?? 0)
  }

  async release(): Promise<void> {
    this.#watching = false
    await this.#watched
    await this.#watcher.end()
    await this.#client.query('rollback')
    this.#client.release()
  }

  /** Lets go as soon as somebody waits: that is the finding, and the rest of the run shall go on. */
  async #watch(pid: number): Promise<void> {
    while (this.#watching) {
      const { rows } = await this.#watcher.query<{ query: string }>(
        'select query from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
        [pid],
      )
      this.waits.push(
        ...rows.map(({ query }) => `waited for a stranger's row: ${query.trim().slice(0, 100)}`),
      )
      if (rows.length > 0) {
        await this.#client.query('rollback')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, WATCH_MILLISECONDS))
    }
  }
}
