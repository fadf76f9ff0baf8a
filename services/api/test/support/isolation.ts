import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { type TestApp, token } from './app.ts'
import { exchange, use } from './exchange.ts'
import { perUserTables, rowsOfOthers } from './per-user-tables.ts'
import { routeUseOf } from './route-uses.ts'
import { Transcript } from './transcript.ts'

/** Two tasks that are not the caller's: one there, one deleted. */
interface Foreign {
  live: string
  deleted: string
}

export interface Crowded {
  /** How what the caller was told differs from what they are told alone. */
  told: string[]
  /** What of other users changed, or was waited for. */
  touched: string[]
}

/** What the lists are asked for; a parameter that is not served yet is refused alone and in a crowd alike. */
const listQueries = [
  '?page=2&per_page=2',
  '?per_page=1',
  ...['true', 'false'].map((completed) => `?completed=${completed}`),
  ...['created_at', 'updated_at', 'title'].flatMap((by) => [
    `?sort=${by}&per_page=2`,
    `?sort=-${by}&per_page=2`,
  ]),
  '?q=task',
  '?q=second&completed=false&sort=title',
]

/**
 * Isolation, without saying what a leak would look like: everything that the API can do is done by one user, once
 * alone in the world and once in a crowd whose ids they know. They must be told the same, and nothing of the
 * others may change, nor be waited for.
 */
export class IsolationRun {
  readonly #app: TestApp
  readonly #routes: readonly string[]

  constructor(app: TestApp, routes: readonly string[]) {
    this.#app = app
    this.#routes = routes.filter((route) => routeUseOf(route)?.opensTo === 'caller')
  }

  async alone(): Promise<Transcript> {
    return this.#doEverything(randomUUID(), { live: randomUUID(), deleted: randomUUID() })
  }

  /** `work` is run around the caller's requests only, not while the crowd gathers. */
  async crowded(
    alone: Transcript,
    work: <T>(requests: () => Promise<T>) => Promise<T> = (requests) => requests(),
  ): Promise<Crowded> {
    const { pool } = this.#app.database
    const tables = await perUserTables(pool)
    const foreign = await this.#gatherCrowd(tables)
    const caller = randomUUID()
    const before = await rowsOfOthers(pool, tables, caller)
    const holder = this.#app.database.engine === 'postgres' ? await RowHolder.hold(pool, tables) : undefined
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
    const people = [await this.#signIn(), await this.#signIn()]
    const ids = await Promise.all(people.map((person) => arrange(this.#app.url, person)))
    for (const table of tables) {
      const { rows } = await this.#app.database.pool.query(`select from ${table} limit 1`)
      if (rows.length === 0) throw new Error(`The crowd has no row in ${table}: extend arrange()`)
    }
    const [live = '', , , deleted = ''] = ids[0] ?? []
    return { live, deleted }
  }

  async #signIn(userId: string = randomUUID()): Promise<string> {
    return `Bearer ${await token({ sub: userId })}`
  }

  async #doEverything(userId: string, foreign: Foreign): Promise<Transcript> {
    const { url } = this.#app
    const authorization = await this.#signIn(userId)
    const transcript = new Transcript()
    const tell = async (route: string, id: string, extra = '') => {
      const answer = await use(url, route, id, authorization, extra)
      transcript.add(route + extra, answer)
      return answer
    }
    const look = () => this.#readAll(authorization, transcript)
    const finding = this.#routes.filter((route) => routeUseOf(route)?.finds !== undefined)
    const others = this.#routes.filter((route) => !finding.includes(route) && !routeUseOf(route)?.last)

    await look()
    for (const route of finding) for (const id of [foreign.live, foreign.deleted]) await tell(route, id)
    await arrange(url, authorization, transcript)
    await look()
    for (const route of [...finding, ...finding.toReversed()]) {
      for (const id of [foreign.live, foreign.deleted]) await tell(route, id)
      const [live = '', , , deleted = ''] = await arrange(url, authorization)
      await tell(route, routeUseOf(route)?.finds === 'live' ? live : deleted)
      await this.#readOn(authorization, transcript, '/tasks')
    }
    for (const route of others) await tell(route, randomUUID())
    await look()
    for (const route of this.#routes.filter((route) => routeUseOf(route)?.last))
      await tell(route, randomUUID())
    await look()
    return transcript
  }

  /** Every way to read a list, and on from where it says that it goes on. */
  async #readAll(authorization: string, transcript: Transcript): Promise<void> {
    for (const path of ['/tasks', '/trash', '/tasks/changes', '/me', '/me/export']) {
      if (!this.#routes.includes(`GET ${path}`)) continue
      for (const query of ['', ...(path === '/tasks' ? listQueries : []), '?limit=2', '?per_page=2']) {
        await this.#readOn(authorization, transcript, path + query)
      }
    }
  }

  async #readOn(authorization: string, transcript: Transcript, path: string): Promise<void> {
    const get = (target: string, headers = {}) =>
      exchange(this.#app.url + target, { headers: { authorization, ...headers } })
    let target: string | undefined = path
    for (let pages = 0; target !== undefined && pages < 3; pages++) {
      const answer = await get(target)
      transcript.add(`GET ${path} (${pages})`, answer)
      const { etag } = answer.headers
      if (etag !== undefined)
        transcript.add(`GET ${path} unchanged`, await get(target, { 'if-none-match': etag }))
      target = nextOf(path, answer.text)
    }
  }
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

/**
 * Gives a user something of every kind, in every per-user table: four tasks (one as it was made, one changed, one
 * completed, one deleted), whose ids are returned, and a retried one.
 */
export async function arrange(
  url: string,
  authorization: string,
  transcript = new Transcript(),
): Promise<string[]> {
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    // So that the order of times, and with it of lists, is the same in every run.
    await nextMillisecond()
    const init = { method, headers: { authorization, 'content-type': 'application/json', ...headers } }
    const answer = await exchange(
      url + path,
      body === undefined ? { method, headers: { authorization } } : { ...init, body: JSON.stringify(body) },
    )
    transcript.add(`${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`, answer)
    return answer
  }
  const ids: string[] = []
  for (const title of ['first task', 'second task', 'third task', 'fourth task']) {
    const { text } = await send('POST', '/tasks', { title, description: `the ${title} of all` })
    ids.push(/"id":"([^"]+)"/.exec(text)?.[1] ?? 'none')
  }
  const [, changed, completed, deleted] = ids
  await send('PATCH', `/tasks/${changed}`, { title: 'second task, changed' })
  await send('PATCH', `/tasks/${completed}`, { completed: true })
  await send('DELETE', `/tasks/${deleted}`)
  for (const _ of [1, 2])
    await send('POST', '/tasks', { title: 'retried task' }, { 'idempotency-key': 'one' })
  return ids
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

/** Holds every row of a crowd, so that whoever touches one of them has to wait, and is seen waiting. */
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
