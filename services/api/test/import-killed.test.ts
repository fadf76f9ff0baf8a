import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readlinkSync, watch } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import type { Client } from './support/client.ts'
import { temporaryFolder } from './support/database.ts'
import { exportBy, ndjson, taskLine, textOf } from './support/export.ts'
import { queryAt } from './support/postgres.ts'
import { createSurroundings, type Service, type Surroundings } from './support/service.ts'

// Each kill is followed by a start.
vi.setConfig({ testTimeout: 300_000 })

const isEmbedded = inject('engine').kind === 'embedded'
/** More than a spool keeps in memory. */
const TASKS = 5000
const tasks = Array.from({ length: TASKS }, (_, index) => taskLine(index, { description: 'x'.repeat(300) }))

let surroundings: Surroundings
let temporary: ReturnType<typeof temporaryFolder>
beforeEach(async () => {
  surroundings = await createSurroundings()
  temporary = temporaryFolder()
  mkdirSync(importsFolder())
})
afterEach(async () => {
  await surroundings.remove()
  temporary.remove()
})

const importsFolder = () => join(String(surroundings.env.DATA_DIR), 'imports')
const start = () => surroundings.start({ TMPDIR: temporary.path })

/** An import that is on its way. */
class Import {
  /** Whether it was answered; otherwise the process has ended. */
  readonly over: Promise<boolean>
  readonly #body: ReturnType<typeof request>

  constructor({ url }: Service, { token }: Client, text: string) {
    const headers = { ...ndjson, authorization: `Bearer ${token}` }
    this.#body = request(`${url}/me/import`, { method: 'POST', headers })
    this.over = new Promise((resolve) => {
      this.#body.on('response', (answer) => answer.resume().on('end', () => resolve(true)))
      this.#body.on('error', () => resolve(false))
    })
    this.#body.write(text)
  }

  end(): void {
    this.#body.end()
  }
}

/** The point at which the process is killed. It resolves once that is reached, or not at all. */
type Moment = (service: Service, importing: Import, client: Client) => Promise<void>

/** Whoever imports, others are served meanwhile. */
async function serveAnother(service: Service): Promise<void> {
  const other = await service.signIn(randomUUID())
  expect((await other.post('/tasks', { title: 'Meanwhile' })).status).toBe(201)
}

/** Before its last byte has come, and after some have gone to a file. */
const read: Moment = async (service) => {
  const { pid } = service
  const files = () => readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
  await expect.poll(() => files().some((file) => file.startsWith(temporary.path))).toBe(true)
  await serveAnother(service)
}

/** A handle may be closed between the look at the folder and this. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Its file has no name of its own yet. */
const kept: Moment = async (_service, importing) => {
  const watcher = watch(importsFolder())
  const seen = new Promise<void>((resolve) => {
    watcher.on('change', () => resolve())
  })
  importing.end()
  await Promise.race([seen, importing.over])
  watcher.close()
}

/** A part of it is written. */
const written: Moment = async (service, importing, client) => {
  importing.end()
  if (isEmbedded) while ((await client.get('/me')).body.task_count === 1);
  else await writtenOnServer()
  await serveAnother(service)
}

async function writtenOnServer(): Promise<void> {
  const { DATABASE_URL: url = '' } = surroundings.env
  const inserting = `select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
    and query like '%insert into tasks as t%is_deleted, deleted_at, revision)%'`
  while ((await queryAt(url, inserting)).rowCount === 0);
}

/** A user with a task, and an import that the kill meets at the moment; too late, and it is done again. */
async function importAndKill(service: Service, moment: Moment): Promise<string> {
  for (;;) {
    const userId = randomUUID()
    const client = await service.signIn(userId)
    await client.post('/tasks', { title: 'Own' })
    const importing = new Import(service, client, textOf(exportBy(userId, tasks)))
    await Promise.race([moment(service, importing, client), importing.over])
    service.kill('SIGKILL')
    await service.exited
    if (!(await importing.over)) return userId
    service = await start()
  }
}

/** @returns how many of its tasks are there, after no trace but these is left. */
async function leftOf(client: Client): Promise<number> {
  const ids: string[] = []
  let hasMore = true
  for (let since = ''; hasMore; ) {
    const { body } = await client.get(`/tasks/changes?limit=5000${since}`)
    for (const { task } of body.changes) if (task.title !== 'Own') ids.push(task.id)
    since = `&since=${body.next}`
    hasMore = body.has_more
  }
  expect(new Set(ids).size).toBe(ids.length)
  expect((await client.get('/me')).body.task_count).toBe(ids.length + 1)
  expect([temporary.path, importsFolder()].flatMap((folder) => readdirSync(folder))).toEqual([])
  return ids.length
}

const moments: [string, Moment, number[]][] = [
  ['while it is read', read, [0]],
  // On a server it is one transaction, which may be committed and not answered.
  ['while it is written', written, isEmbedded ? [TASKS] : [0, TASKS]],
  // If the kill comes late, it has its name.
  ...(isEmbedded ? [['while it is kept', kept, [0, TASKS]] satisfies [string, Moment, number[]]] : []),
]

test.each(moments)(
  'an import whose process is killed %s is there whole or not at all, and leaves no file',
  async (_when, moment, expected) => {
    const userId = await importAndKill(await start(), moment)
    // The start that writes the rest is killed as well.
    if (isEmbedded && moment === written)
      await surroundings.startUntil('finishing an import that was cut off')
    const client = await (await start()).signIn(userId)
    const left = await leftOf(client)
    expect(expected).toContain(left)
    const again = await client.post('/me/import', textOf(exportBy(userId, tasks)), ndjson)
    expect(again.body).toEqual({ imported: TASKS - left, skipped: left })
    expect(await leftOf(client)).toBe(TASKS)
  },
)
