import { Agent, request } from 'node:http'
import pg from 'pg'
import { afterAll, expect, test, vi } from 'vitest'
import { startTestApp, type User } from './support/app.ts'

/*
 * Many workers as few users on as few connections as the service takes, and a third of their requests hung up on
 * at any moment. Every title begins with its owner's id, so that a row says for itself whose it is.
 */

const connecting = vi.spyOn(pg.Client.prototype, 'connect')
const app = await startTestApp({ DATABASE_POOL_SIZE: '4' })
afterAll(() => app.close())

const isPostgres = app.database.engine === 'postgres'
const REQUESTS = Number(process.env.CONCURRENCY_REQUESTS ?? (isPostgres ? 8_000 : 2_000))
const WORKERS = 50
const USERS = 20

interface Participant extends User {
  /** Tasks whose creation was answered, and of these the ones whose deletion was asked for. */
  created: string[]
  deleted: Set<string>
}

const agent = new Agent({ keepAlive: true, maxSockets: WORKERS })

/** Resolves with the answer, or with undefined if the caller hung up before it came. */
function send(user: User, method: string, path: string, body: unknown, hangUp: boolean) {
  return new Promise<{ status: number; text: string } | undefined>((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${user.token}`, ...type }
    const sent = request(app.url + path, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => resolve(undefined))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      )
    })
    sent.on('error', (error) => (hangUp ? resolve(undefined) : reject(error)))
    sent.end(body === undefined ? undefined : JSON.stringify(body))
    if (hangUp) setTimeout(() => sent.destroy(), Math.random() * 8)
  })
}

const any = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)]

/** One request of any kind. Whatever is answered must be the caller's own. */
async function act(user: Participant, other: Participant, hangUp: boolean): Promise<string[]> {
  const own = any(user.created)
  const foreign = any(other.created)
  const title = `${user.id} task`
  const choices: [string, string, unknown][] = [
    ['POST', '/tasks', { title }],
    ['GET', '/tasks', undefined],
    ['GET', `/tasks?page=2&per_page=5`, undefined],
  ]
  if (own !== undefined) {
    choices.push(
      ['GET', `/tasks/${own}`, undefined],
      ['PATCH', `/tasks/${own}`, { completed: Math.random() < 0.5 }],
    )
    choices.push(['DELETE', `/tasks/${own}`, undefined])
  }
  if (foreign !== undefined) {
    choices.push(['GET', `/tasks/${foreign}`, undefined], ['PATCH', `/tasks/${foreign}`, { title }])
    choices.push(['DELETE', `/tasks/${foreign}`, undefined])
  }
  const [method, path, body] = any(choices) ?? ['GET', '/tasks', undefined]
  if (method === 'DELETE' && path.endsWith(String(own))) user.deleted.add(String(own))
  const answer = await send(user, method, path, body, hangUp)
  if (answer === undefined) return []
  if (method === 'POST' && answer.status === 201) user.created.push(JSON.parse(answer.text).id)
  return faultsOf(user, `${method} ${path}`, answer, path.endsWith(String(foreign)))
}

function faultsOf(
  user: User,
  what: string,
  { status, text }: { status: number; text: string },
  isForeign: boolean,
): string[] {
  const faults: string[] = []
  if (status >= 500 || (isForeign && status !== 404)) faults.push(`${what} → ${status} ${text}`)
  for (const [, owner] of text.matchAll(/"title":"([0-9a-f-]{36}) task"/g)) {
    if (owner !== user.id) faults.push(`${what} as ${user.id} told of a task of ${owner}`)
  }
  return faults
}

const leftBehind = `
  select coalesce(current_setting('app.user_id', true), '') as user_id, current_user = session_user as is_itself,
         current_setting('statement_timeout') as timeout`
const nothing = { user_id: '', is_itself: true, timeout: '0' }

test('a crowd on few connections, a third of it hanging up, mixes nothing up and leaves nothing behind', async () => {
  const users: Participant[] = []
  for (let i = 0; i < USERS; i++) {
    users.push(Object.assign(await app.signIn(), { created: [], deleted: new Set<string>() }))
  }
  const faults: string[] = []
  let sent = 0
  const work = async (worker: number) => {
    const user = users[worker % USERS]
    while (sent++ < REQUESTS && user !== undefined) {
      const other = users[(worker + 1 + (sent % (USERS - 1))) % USERS] ?? user
      faults.push(...(await act(user, other, sent % 3 === 0)))
    }
  }
  const borrow = async () => {
    while (sent < REQUESTS) {
      const client = await app.database.pool.connect()
      const { rows } = await client.query(leftBehind)
      client.release()
      if (JSON.stringify(rows) !== JSON.stringify([nothing]))
        faults.push(`borrowed with ${JSON.stringify(rows)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await Promise.all([borrow(), ...Array.from({ length: WORKERS }, (_, worker) => work(worker))])
  agent.destroy()
  expect(faults.slice(0, 5)).toEqual([])

  await expectQuiet()
  await expectRowsToAgree(users)
})

/** Once the last request that was hung up on is through, every connection is as it was when it was made. */
async function expectQuiet(): Promise<void> {
  const busy = async () => {
    const { rows } = await app.database.pool.query(
      `select state, query from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and (state <> 'idle' or xact_start is not null)`,
    )
    return rows
  }
  await expect.poll(busy).toEqual([])
  // Connections that were idle for long are closed by now, and reject.
  const clients = connecting.mock.contexts.filter((client) => client instanceof pg.Client)
  const answers = await Promise.allSettled(clients.map((client) => client.query(leftBehind)))
  const left = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value.rows : []))
  expect(left.length).toBeGreaterThanOrEqual(isPostgres ? 2 : 1)
  for (const settings of left) expect(settings).toEqual(nothing)
}

/** What the database holds is what was answered, and the counters count it. */
async function expectRowsToAgree(users: readonly Participant[]): Promise<void> {
  const { rows: tasks } = await app.database.pool.query<{ user_id: string; id: string; is_deleted: boolean }>(
    'select user_id, id, is_deleted from tasks',
  )
  const { rows: strange } = await app.database.pool.query(
    "select user_id, title from tasks where title <> user_id || ' task'",
  )
  expect(strange).toEqual([])
  const byId = new Map(tasks.map((task) => [task.id, task]))
  for (const user of users) {
    expect(user.created.length).toBeGreaterThan(0)
    for (const id of user.created) {
      const isDeleted = byId.get(id)?.is_deleted === true
      expect(byId.get(id)?.user_id).toBe(user.id)
      if (!user.deleted.has(id)) expect(isDeleted, `${id} was deleted by nobody`).toBe(false)
    }
  }
  const { rows: wrong } = await app.database.pool.query(`
    select * from task_lists l join (
      select user_id, count(*) filter (where not is_deleted) as tasks,
             count(*) filter (where not is_deleted and completed) as completed
      from tasks group by user_id
    ) t using (user_id)
    where l.task_count <> t.tasks or l.completed_count <> t.completed`)
  expect(wrong).toEqual([])
}
