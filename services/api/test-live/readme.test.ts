import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { startCluster } from '../test/support/cluster.ts'
import { freePort } from '../test/support/free-port.ts'
import { blocksOf } from './support/markdown.ts'
import { npmStart, repository, type Server, temporaryFolder } from './support/server.ts'
import { Shell } from './support/shell.ts'

/** What is promised of an idle machine. */
const FIRST_START_MILLISECONDS = 10_000
const LATER_START_MILLISECONDS = 3_000

const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const operations = readFileSync(join(repository, 'docs/operations.md'), 'utf8')

beforeAll(() => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: repository })
})

test('the first five minutes go as the README says on the embedded database', async () => {
  await liveTheFirstFiveMinutes({})
})

test('the first five minutes go as the README says on PostgreSQL, as the role that the documents describe', async () => {
  const cluster = await startCluster()
  onTestFinished(cluster.stop)
  await administer(cluster.url)
  const url = new URL(cluster.url)
  url.username = 'tasklane'
  url.pathname = '/tasklane'
  await liveTheFirstFiveMinutes({ DATABASE_URL: url.href })
})

/** Runs the section's shell blocks one after another; the block after one, if it is no shell's, is its answer. */
async function liveTheFirstFiveMinutes(settings: Record<string, string>): Promise<void> {
  const blocks = blocksOf(readme, 'Your first five minutes')
  const service = startableService(settings)
  const shell = new Shell()
  onTestFinished(() => shell.close())
  let answers = 0
  for (const [index, { language, text }] of blocks.entries()) {
    if (language !== 'sh' || text.startsWith('DATABASE_URL=')) continue
    if (text === 'npm start') {
      await service.restart()
      continue
    }
    const printed = await shell.run(text.replaceAll('http://127.0.0.1:3000', service.url()))
    const next = blocks[index + 1]
    if (next === undefined || next.language === 'sh') continue
    expect(readable(printed), text).toEqual(readable(next.text))
    answers += 1
  }
  // A README whose blocks are no longer found must not pass.
  expect(answers).toBeGreaterThanOrEqual(7)
  service.expectQuickStarts()
}

/** `npm start` in a folder of its own, stopped as by Ctrl-C before it starts again. */
function startableService(settings: Record<string, string>) {
  const folder = temporaryFolder()
  const starts: number[] = []
  const port = freePort()
  let server: Server | undefined
  onTestFinished(async () => {
    await server?.stop()
    folder.remove()
  })
  return {
    url: () => server?.url ?? '',
    async restart() {
      await server?.stop()
      server = await npmStart(await port, { DATA_DIR: folder.path, ...settings })
      starts.push(Math.round(server.millisecondsToReady))
    },
    expectQuickStarts() {
      const [first = Number.NaN, later = Number.NaN] = starts
      process.stdout.write(`npm start until ready: first ${first} ms, again ${later} ms\n`)
      expect(first).toBeLessThan(FIRST_START_MILLISECONDS * patience())
      expect(later).toBeLessThan(LATER_START_MILLISECONDS * patience())
    },
  }
}

/** Twice the promise, and more as other work waits for the processors, so that only a real slip is red. */
function patience(): number {
  const [waiting = 0] = loadavg()
  return 2 * Math.max(1, waiting / availableParallelism())
}

/** Does what an administrator prepares, as the documents have it. */
async function administer(url: string): Promise<void> {
  const sql =
    blocksOf(operations, 'The connecting role').find(({ language }) => language === 'sql')?.text ?? ''
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of sql.split(/;\s*/).filter((text) => text !== '')) await client.query(statement)
  await client.end()
}

/** Ids, times and cursors differ at every run; all else is as it stands there. */
function readable(text: string): unknown {
  const steady = text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')
    .replaceAll(/"next_cursor":\s*"[^"]+"/g, '"next_cursor":"a cursor"')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'a time')
  return steady.startsWith('{') ? JSON.parse(steady) : steady
}
