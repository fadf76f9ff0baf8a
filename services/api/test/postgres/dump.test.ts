import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { testSecret, timingOfTests, token } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { type Cluster, findBinaries, startCluster } from '../support/cluster.ts'
import { temporaryFolder } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { databaseUrl } from '../support/postgres.ts'
import { createOwnDatabase } from '../support/server.ts'
import { runTasklane } from '../support/tasklane.ts'

const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8')
const [, commands = ''] = /### pg_dump[\s\S]*?```bash\n([\s\S]*?)```/.exec(page) ?? []

test('a dump is restored on another server by the commands of the documents, and clients start again', async () => {
  const source = await createOwnDatabase('migrated')
  const folder = temporaryFolder()
  const other = await startCluster()
  try {
    const user = '6f1c3c3e-6d0d-4a3b-9a57-0f3a3a1f5b11'
    const before = await serve({ DATABASE_URL: source.url })
    const caller = await callerAt(before.url, user)
    const { id } = (await caller.post('/tasks', { title: 'Kept' })).body
    const since = (await caller.get('/tasks/changes')).body.next
    await before.close()

    bash(commands, { SOURCE: source.url, TARGET: other.url }, folder.path)
    // As the owner of the new database, who is no superuser: whoever serves it is the one who restored it.
    const target = asOwner(other)
    const done = await runTasklane(['restored'], { DATABASE_URL: target, JWT_SECRET: testSecret })
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining('Began anew for 1 users') })
    const after = await serve({ DATABASE_URL: target })
    const same = await callerAt(after.url, user)
    expect((await same.get(`/tasks/${id}`)).body.title).toBe('Kept')
    expect((await same.get(`/tasks/changes?since=${since}`)).status).toBe(410)
    expect((await same.patch(`/tasks/${id}`, { completed: true })).status).toBe(200)
    await after.close()
  } finally {
    await other.stop()
    await source.drop()
    folder.remove()
  }
})

function bash(text: string, env: NodeJS.ProcessEnv, cwd: string): void {
  expect(text).toContain('pg_restore')
  const path = `${findBinaries()}:${process.env.PATH}`
  execFileSync('bash', ['-euo', 'pipefail', '-c', text], { cwd, env: { ...env, PATH: path } })
}

function asOwner({ url }: Cluster): string {
  const address = new URL(databaseUrl(url, 'tasklane'))
  address.username = 'tasklane'
  return address.href
}

async function serve(env: NodeJS.ProcessEnv) {
  const config = loadConfig({ JWT_SECRET: testSecret, RATE_LIMIT_PER_MINUTE: '0', ...env })
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, timingOfTests)
  const address = await app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
  return { url: address, close: () => app.close() }
}

const callerAt = async (url: string, user: string) => new Client(url, await token({ sub: user }))

test('a move from the embedded database into PostgreSQL takes everything along, and leaves all as it was', async () => {
  const engine = inject('engine')
  if (engine.kind !== 'postgres') throw new Error('This test is for PostgreSQL alone')
  const folder = temporaryFolder()
  const target = await createOwnDatabase('empty')
  const env = { JWT_SECRET: testSecret, DATA_DIR: folder.path }
  const user = '0d4f7a52-41c3-4b52-8b0f-5a6a7b9f8c22'
  const exportOf = async (url: string) =>
    (await (await callerAt(url, user)).get('/me/export')).text.split('\n').slice(1)
  try {
    const before = await serve(env)
    const caller = await callerAt(before.url, user)
    for (const title of ['A', 'B'])
      await caller.post('/tasks', { title, tags: ['x'], due: '2026-12-01T09:00' })
    const exported = await exportOf(before.url)
    await before.close()
    const moved = await runTasklane(['move', target.url], env)
    expect(moved).toMatchObject({ code: 0, output: expect.stringMatching(/^Moved \d+ rows/) })
    const again = await runTasklane(['move', target.url], env)
    expect(again).toMatchObject({ code: 1, errors: expect.stringContaining('holds data already') })

    for (const app of [await serve({ DATABASE_URL: target.url }), await serve(env)]) {
      expect(await exportOf(app.url)).toEqual(exported)
      await app.close()
    }
  } finally {
    await target.drop()
    folder.remove()
  }
})
