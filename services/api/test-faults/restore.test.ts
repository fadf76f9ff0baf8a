import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../test/support/database.ts'
import { runTasklane } from '../test/support/tasklane.ts'
import { entriesAt } from './support/body.ts'
import { isLong, leave } from './support/conclude.ts'
import { lastingToken } from './support/crowd.ts'
import { embeddedHome, type Home, serverHome } from './support/home.ts'
import { type Cut, killRestore } from './support/killed-restore.ts'
import { sendUntilDone } from './support/send.ts'

const USERS = 8
const TASKS = 100

const folder = temporaryFolder()
const file = join(folder.path, 'backup')
/** What each user has, by token. */
const kept = new Map<string, unknown[]>()
let backup: string
beforeAll(async () => {
  const source = await embeddedHome()
  const { url } = await source.start()
  for (let user = 0; user < USERS; user += 1) await fill(url, await lastingToken(randomUUID()))
  expect(await runTasklane(['backup', file], source.env)).toMatchObject({ code: 0 })
  await source.remove()
  backup = readFileSync(file, 'utf8')
})
afterAll(() => folder.remove())

let home: Home
afterEach(() => home.remove())

test.each([
  // The long form has the migrations killed as well.
  ['embedded', () => embeddedHome(isLong ? 'empty' : 'migrated')],
  ['PostgreSQL', serverHome],
])(
  'a restore that is killed leaves nothing to be served, and the next one restores all, on %s',
  async (name, make) => {
    home = await make()
    const cuts = cutsOf(backup)
    for (const cut of cuts) await killRestore(home.env, cut)
    const afterKills = await held()
    const afterLast = isLong ? await heldAfterLastKill() : afterKills
    const isDone = afterLast.every(isWhole)
    const killedAt = performance.now()
    const repeated = await runTasklane(['restore', file], home.env)
    const recoveredMilliseconds = performance.now() - killedAt
    const lost = (await held()).filter((user) => !isWhole(user)).length
    const partly = [...afterKills, ...(isDone ? [] : afterLast)].filter(
      ({ tasks }) => tasks.length > 0,
    ).length
    const tried = cuts.length + (isLong ? 1 : 0)
    leave({
      ...{ fault: `kill -9 of a restore, ${name}, ${tried} times`, tried },
      ...{ acknowledged: USERS * TASKS, lost: lost * TASKS, wrong: partly },
      ...{ slowestMilliseconds: undefined, recoveredMilliseconds },
    })
    expect({ partly, lost }).toEqual({ partly: 0, lost: 0 })
    expect(repeated).toMatchObject(
      isDone ? { code: 1, errors: expect.stringContaining('holds data already') } : { code: 0 },
    )
  },
)

/** One that was given all of its file may have come to any place, even to its end. */
async function heldAfterLastKill() {
  await killRestore(home.env, { text: backup, isWhole: true })
  return held()
}

/** In the midst of the rows, and with nothing but the last line missing; the long form has more, down to nothing at all. */
function cutsOf(text: string): Cut[] {
  const parts = isLong ? 20 : 2
  const inside = Array.from({ length: parts - 1 }, (_, part) =>
    Math.floor((text.length * (part + 1)) / parts),
  )
  const first = isLong ? [0, text.indexOf('\n') + 1] : []
  const last = text.lastIndexOf('\n', text.length - 2) + 1
  return [...first, ...inside, last].map((length) => ({ text: text.slice(0, length), isWhole: false }))
}

async function fill(url: string, token: string): Promise<void> {
  const agent = new Agent()
  const create = { op: 'create', title: 'Kept', description: 'x'.repeat(2_000) }
  const body = { operations: Array.from({ length: TASKS }, () => create) }
  await sendUntilDone(url, agent, { method: 'POST', path: '/tasks/batch', token, body })
  kept.set(token, await tasksOf(url, token))
  expect(kept.get(token)).toHaveLength(TASKS)
}

async function tasksOf(url: string, token: string): Promise<unknown[]> {
  const question = { method: 'GET', path: '/tasks?per_page=100', token }
  const { answer } = await sendUntilDone(url, new Agent(), question)
  expect(answer?.status).toBe(200)
  return entriesAt(answer?.body, 'data')
}

/** What users find when the service is started on what there is. */
async function held(): Promise<{ token: string; tasks: unknown[] }[]> {
  const service = await home.start()
  const found = [...kept.keys()].map(async (token) => ({ token, tasks: await tasksOf(service.url, token) }))
  const users = await Promise.all(found)
  service.kill('SIGKILL')
  await service.exited
  return users
}

function isWhole({ token, tasks }: { token: string; tasks: unknown[] }): boolean {
  return JSON.stringify(tasks) === JSON.stringify(kept.get(token))
}
