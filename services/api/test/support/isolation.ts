import { randomUUID } from 'node:crypto'
import { v7 as uuidV7 } from 'uuid'
import { sorts } from '../../src/tasks/sorts.ts'
import { type TestApp, token } from './app.ts'
import { perUserTables, rowsOfOthers } from './per-user-tables.ts'
import { routeUseOf } from './route-uses.ts'
import { RowHolder } from './row-holder.ts'
import { Sender } from './sender.ts'
import { BrokenOff, Transcript } from './transcript.ts'

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

  /**
   * `work` is run around the caller's requests only, not while the crowd gathers.
   *
   * @param isOneEnough whether the first thing that the caller is told otherwise ends the run.
   */
  async crowded(
    alone: Transcript,
    work: <T>(requests: () => Promise<T>) => Promise<T> = (requests) => requests(),
    isOneEnough = false,
  ): Promise<Crowded> {
    const { pool, engine } = this.#app.database
    const tables = await perUserTables(pool)
    const foreign = await this.#gatherCrowd(tables)
    const caller = randomUUID()
    const before = await rowsOfOthers(pool, tables, caller)
    const holder = engine === 'postgres' ? await RowHolder.hold(pool, tables) : undefined
    try {
      const due = isOneEnough ? alone : undefined
      const told = await work(() => this.#doEverything(caller, foreign, due).catch(brokenOff))
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

  async #doEverything(userId: string, foreign: Foreign, due?: Transcript): Promise<Transcript> {
    const transcript = new Transcript(due)
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

function brokenOff(error: unknown): Transcript {
  if (error instanceof BrokenOff) return error.transcript
  throw error
}

async function authorizationOf(userId: string): Promise<string> {
  return `Bearer ${await token({ sub: userId })}`
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

function differences(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)]
  return [
    ...before.filter((row) => !is.has(row)).map((row) => `gone or changed: ${row}`),
    ...after.filter((row) => !was.has(row)).map((row) => `new or changed: ${row}`),
  ]
}
