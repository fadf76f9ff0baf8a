import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { Client } from './support/client.ts'
import { temporaryFolder } from './support/database.ts'
import { callerOf, contentsOf, fillAccount, planned } from './support/filled.ts'
import { createSurroundings, type Surroundings } from './support/service.ts'
import { runTasklane } from './support/tasklane.ts'

const issuing = { JWT_SECRET: '', AUTH_SECRET: 'an AUTH_SECRET for tests, 32 bytes or more' }

let here: Surroundings
let there: Surroundings
let folder: ReturnType<typeof temporaryFolder>
let file: string
beforeEach(async () => {
  here = await createSurroundings()
  there = await createSurroundings('empty')
  folder = temporaryFolder()
  file = join(folder.path, 'backup.gz')
})
afterEach(async () => {
  await here.remove()
  await there.remove()
  folder.remove()
})

const tasklane = (at: Surroundings, ...args: string[]) => runTasklane(args, { ...at.env, ...issuing })
const said = (text: string) => expect.stringContaining(text)

test('a backup of a running service is restored whole, and overwrites neither a file nor data', async () => {
  const service = await here.start(issuing)
  const { session, credentials, key, first, contents } = await fillAccount(service.url)
  const caller = await callerOf(service.url, session)
  const since = (await caller.get('/tasks/changes')).body.next
  const made = await tasklane(here, 'backup', file)
  expect(made).toMatchObject({
    code: 0,
    output: said(`rows to ${file}. Keep it where nobody else can read it`),
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const bytes = readFileSync(file)
  const again = await tasklane(here, 'backup', file)
  expect(again).toMatchObject({ code: 1, errors: said('already, which is left as it is') })
  expect(readFileSync(file)).toEqual(bytes)
  // It serves on, what is written now is in no backup, and nothing else was left.
  expect((await caller.post('/tasks', { title: 'After' })).status).toBe(201)
  expect(readdirSync(folder.path)).toEqual(['backup.gz'])
  if (inject('engine').kind === 'embedded') {
    const data = String(here.env.DATA_DIR)
    expect(statSync(join(data, 'tasklane.sock')).mode & 0o777).toBe(0o600)
    expect(readdirSync(data).filter((name) => name.includes('copy'))).toEqual([])
  }

  // A stop is a stop: what lets others ask for copies has nothing to say at it.
  service.kill('SIGTERM')
  await service.exited
  expect(service.output()).not.toContain('"level":50')

  const restored = await tasklane(there, 'restore', file)
  expect(restored).toMatchObject({ code: 0, output: said('Restored ') })
  const twice = await tasklane(there, 'restore', file)
  expect(twice).toMatchObject({ code: 1, errors: said('holds data already') })
  const after = await there.startHere(issuing)
  const same = await callerOf(after.url, session)
  expect(await contentsOf(same)).toEqual(contents)
  expect((await new Client(after.url).post('/auth/sign-in/email', credentials)).status).toBe(200)
  const repeated = await same.post('/tasks', planned, key)
  expect([repeated.text, repeated.headers.get('idempotency-replayed')]).toEqual([first.text, 'true'])
  expect((await same.get(`/tasks/changes?since=${since}`)).status).toBe(410)
  await after.close()
})

test('what cannot be is told in one line, and makes no file', async () => {
  const nowhere = { ...there.env, ...issuing, DATABASE_URL: '', DATA_DIR: join(folder.path, 'nowhere') }
  const refusals: [string[], RegExp][] = [
    [['backup', file], /^There is no database in .*nowhere: set DATA_DIR, or DATABASE_URL\n$/],
    [['backup'], /^It is written: tasklane backup FILE\n$/],
    [['restore', join(folder.path, 'missing')], /^There is no file .*missing\n$/],
    [['move', 'secret@nonsense'], /^The address (?!.*secret).*\n$/],
  ]
  for (const [args, message] of refusals) {
    expect(await runTasklane(args, nowhere)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(message),
    })
  }
  expect(readdirSync(folder.path)).toEqual([])
})
