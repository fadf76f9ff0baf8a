import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownTables, userTables } from '../src/backup/format.ts'
import { linesOf } from '../src/backup/lines.ts'
import { loadBackup } from '../src/backup/load.ts'
import { backupLines } from '../src/backup/read.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { fillAccount } from './support/filled.ts'
import { silentLog } from './support/log.ts'

let app: TestApp
let target: TestDatabase
beforeEach(async () => {
  app = await startTestApp({ JWT_SECRET: '', AUTH_SECRET: 'an AUTH_SECRET for tests, 32 bytes or more' })
  target = await createTestDatabase()
})
afterEach(async () => {
  await target.database.close()
  await target.drop()
  await app.close()
})

async function textOf({ database }: { database: TestApp['database'] }): Promise<string> {
  let text = ''
  for await (const piece of backupLines(database)) text += piece
  return text
}

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 1000) yield text.slice(at, at + 1000)
}

const load = (text: string) => loadBackup(target.database, linesOf(pieces(text)), silentLog)

/** The rows as they are, in any order, but for the places in the feed, which begin anew, and the note that they did. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .slice(1)
    .filter((line) => !line.startsWith('{"task_lists"') && !line.startsWith('{"type":"end"'))
    .filter((line) => !line.includes('"last-restore"'))
    .sort()

test('what was loaded is row for row what was backed up, of every user', async () => {
  for (let users = 0; users < 3; users += 1) await fillAccount(app.url)
  const text = await textOf(app)
  await load(text)
  const loaded = await textOf(target)
  expect(rowsOf(loaded)).toEqual(rowsOf(text))
  expect(rowsOf(text).length).toBeGreaterThan(3 * 8)
  for (const { name } of userTables) expect(text, name).toContain(`{"${name}":`)
})

test('a backup that was cut off, changed or is none is refused by name, leaves nothing, and the next one is loaded', async () => {
  await fillAccount(app.url)
  const text = await textOf(app)
  const damaged: [string, RegExp][] = [
    [text.slice(0, -20), /cut off: its last line is missing/],
    [`${text.split('\n').slice(0, -2).join('\n')}\n`, /cut off: its last line is missing/],
    [text.replace('"Done"', '"Gone"'), /changed or damaged/],
    [text.replace(/\n\{"tasks":[^\n]*/, ''), /changed or damaged/],
    [text.replace(/(\n\{"purges":[^\n]*)/, '$1$1'), /duplicate key|changed or damaged/],
    [`${text}${text}`, /goes on behind its end/],
    [text.replace('{"purges":', '{"pg_catalog.pg_class":'), /table that is not known/],
    ['{"type":"export"}\n', /no backup of Tasklane/],
    ['', /no backup of Tasklane/],
    [text.replace('"0001_tasks",', '"0001_tasks","0001_other",'), /not this one or an earlier one/],
    [text.replace(/,"0012_[^\]]*/, ''), /was started with a later version/],
    [text.replace('"version":1', '"version":2'), /reads backups of version 1/],
  ]
  for (const [content, message] of damaged) await expect(load(content)).rejects.toThrow(message)
  expect(rowsOf(await textOf(target))).toEqual([''])
  await load(text)
  expect(rowsOf(await textOf(target))).toEqual(rowsOf(text))
  await expect(load(text)).rejects.toThrow('holds data already')
})

test('rows that a backup has under another user are refused', async () => {
  const [a, b] = [await fillAccount(app.url), await fillAccount(app.url)]
  const text = await textOf(app)
  const swapped = text.replace(
    new RegExp(`("tasks":\\{"user_id":)"${a.contents.me.id}"`),
    `$1"${b.contents.me.id}"`,
  )
  expect(swapped).not.toBe(text)
  await expect(load(swapped)).rejects.toThrow(/of another user/)
})

test('a backup is of one moment, whatever is written while it is read', async () => {
  await fillAccount(app.url)
  const before = await textOf(app)
  const reading = backupLines(app.database)
  let text = (await reading.next()).value ?? ''
  // The embedded engine has one session, so there this waits for the end of the backup.
  const writing = fillAccount(app.url)
  for await (const piece of reading) text += piece
  await writing
  expect(rowsOf(text)).toEqual(rowsOf(before))
  expect(rowsOf(await textOf(app))).not.toEqual(rowsOf(before))
})

test('every table is in a backup', async () => {
  const { rows } = await app.database.pool.query<{ name: string }>(
    `select case nspname when 'public' then relname else nspname || '.' || relname end as name
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where nspname in ('public', 'tasklane_auth') and relkind in ('r', 'p') and relname <> 'schema_migrations'`,
  )
  const names = [...ownTables, ...userTables].map(({ name }) => name)
  expect(names.toSorted()).toEqual(rows.map(({ name }) => name).sort())
})
