import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { databaseError } from '../../src/database/database-error.ts'
import { explainEngineFailure } from '../../src/database/engine-failure.ts'
import { openDatabase } from '../../src/database/open.ts'
import { apiFolder } from '../support/build.ts'
import { temporaryFolder } from '../support/database.ts'
import { silentLog } from '../support/log.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

async function databaseName(): Promise<string> {
  const database = await openDatabase(loadConfig({ DATA_DIR: folder.path }), silentLog)
  const { rows } = await database.pool.query('select current_database() as name')
  await database.close()
  return rows[0]?.name
}

const serviceWith = (env: NodeJS.ProcessEnv) => ({
  cwd: apiFolder,
  env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: folder.path, ...env },
})

test.each([
  ['nothing', []],
  ['the folder alone', ['']],
  ['a file of the version', ['PG_VERSION']],
  ['the control file', ['global/pg_control']],
  ['some folders', ['base/5/1247', 'pg_wal/000000010000000000000001']],
])('a first start that left %s behind is made good by the next one', async (_what, files) => {
  for (const file of files) {
    const path = join(folder.path, 'database', file)
    mkdirSync(join(path, file === '' ? '' : '..'), { recursive: true })
    if (file !== '') writeFileSync(path, '18')
  }
  expect(await databaseName()).toBe('postgres')
})

test('what is there is kept, and others on the machine cannot read it', async () => {
  await databaseName()
  const made = statSync(join(folder.path, 'database')).ino
  await databaseName()
  expect(statSync(join(folder.path, 'database')).ino).toBe(made)
  for (const name of readdirSync(join(folder.path, 'database'))) {
    expect(statSync(join(folder.path, 'database', name)).mode & 0o077, name).toBe(0)
  }
})

test('a first start that is killed in the middle leaves the next one a clean folder', async () => {
  const child = spawn(process.execPath, ['dist/main.js'], serviceWith({}))
  const exited = once(child, 'close')
  while (!existsSync(join(folder.path, 'database.unfinished')) && child.exitCode === null) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  child.kill('SIGKILL')
  await exited
  expect(existsSync(join(folder.path, 'database'))).toBe(false)
  expect(await databaseName()).toBe('postgres')
  expect(readdirSync(folder.path)).toEqual(['database'])
})

test('a first start says what it does, a full disk is told in words, and with more room the same folder serves', async () => {
  // A disk of its own, in a namespace of its own, that grows between the two starts.
  const script = `
    mount -t tmpfs -o size=8m tasklane "$DATA_DIR" || exit 3
    ${process.execPath} dist/main.js && exit 4
    mount -o remount,size=200m "$DATA_DIR" || exit 5
    exec ${process.execPath} dist/main.js`
  const child = execFile('unshare', ['-rm', 'sh', '-c', script], serviceWith({}))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: string) => {
      output += chunk
      if (output.includes('"msg":"ready"')) child.kill('SIGTERM')
    })
  }
  await once(child, 'close')
  expect(output).toContain('making the embedded database, once for this folder')
  expect(output).toMatch(/^Cannot use the embedded database in .*: its disk is full/m)
  expect(output).toContain('"msg":"ready"')
})

test.each([
  [{ errno: 51 }, 'its disk is full'],
  [{ name: 'ErrnoError', errno: 2 }, 'may not write there'],
  [Object.assign(new Error('x'), { code: 'EROFS' }), 'it can only be read'],
  [{ name: 'RuntimeError', message: 'unreachable' }, 'the engine ended by itself'],
  [{ name: 'ExitStatus', message: 'Program terminated with exit(1)', status: 1 }, 'exit(1)'],
  [new TypeError("Cannot read properties of undefined (reading 'x')"), 'the engine ended by itself'],
  ['out of memory', 'out of memory'],
  [{}, 'the engine gave no reason'],
  [undefined, 'undefined'],
])('a failure of the engine has words: %o', (cause, words) => {
  const { message } = explainEngineFailure(cause, '/data')
  expect(message).toContain('Cannot use the embedded database in /data: ')
  expect(message).toContain(words)
  expect(message).not.toContain('[object')
})

test('a full disk is not told as a busy database', () => {
  const full = Object.assign(new Error('could not extend file'), { code: '53100' })
  expect(databaseError(full)).toMatchObject({
    code: 'unavailable',
    message: 'The disk of the database is full',
  })
  const busy = Object.assign(new Error('out of memory'), { code: '53200' })
  expect(databaseError(busy)).toMatchObject({ message: 'The database is too busy' })
})
