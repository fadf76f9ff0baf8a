import { randomUUID } from 'node:crypto'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createPGlite } from '../../src/database/create-pglite.ts'
import { createDatabase } from '../../src/database/database.ts'
import { PGliteSession, PGliteStream } from '../../src/database/pglite-stream.ts'
import { EmbeddedCopy, emptyFolder } from '../support/embedded-copy.ts'

let pglite: PGlite
let session: PGliteSession
beforeAll(async () => {
  pglite = await createPGlite({ fs: new EmbeddedCopy(emptyFolder()) })
  session = new PGliteSession(pglite)
  await pglite.exec('create table notes (text text)')
})
beforeEach(() => pglite.exec('truncate notes'))
afterAll(() => session.close())

async function connect(): Promise<{ client: pg.Client; stream: PGliteStream }> {
  const stream = new PGliteStream(session)
  const client = new pg.Client({ stream: () => stream, ssl: false })
  client.on('error', () => {})
  await client.connect()
  return { client, stream }
}

const notes = async ({ client }: { client: pg.Client }) =>
  (await client.query('select text from notes order by text')).rows.map(({ text }) => text)

test("one client's rollback leaves another's insert", async () => {
  const [alice, bob] = [await connect(), await connect()]
  await alice.client.query('begin')
  await alice.client.query("insert into notes values ('rolled back')")
  const inserted = bob.client.query("insert into notes values ('kept')")
  await alice.client.query("insert into notes values ('rolled back too')")
  await alice.client.query('rollback')
  await inserted
  expect(await notes(alice)).toEqual(['kept'])
  await Promise.all([alice.client.end(), bob.client.end()])
})

test('many transactions at once stay whole', async () => {
  const clients = await Promise.all(Array.from({ length: 5 }, connect))
  const work = clients.map(async ({ client }, index) => {
    for (let round = 0; round < 10; round += 1) {
      await client.query('begin')
      await client.query('insert into notes values ($1)', [`${index}`])
      await client.query(index % 2 === 0 ? 'commit' : 'rollback')
    }
  })
  await Promise.all(work)
  const [first] = clients
  if (first === undefined) throw new Error('No client')
  const expected = ['0', '2', '4'].flatMap((text) => Array.from({ length: 10 }, () => text))
  expect(await notes(first)).toEqual(expected)
  await Promise.all(clients.map(({ client }) => client.end()))
})

test('a failed transaction keeps the turn until it is rolled back', async () => {
  const [alice, bob] = [await connect(), await connect()]
  await alice.client.query('begin')
  await expect(alice.client.query('select 1 / 0')).rejects.toThrow('division by zero')
  const inserted = bob.client.query("insert into notes values ('kept')")
  await expect(alice.client.query('select 1')).rejects.toThrow('aborted')
  await alice.client.query('rollback')
  await inserted
  expect(await notes(bob)).toEqual(['kept'])
  await Promise.all([alice.client.end(), bob.client.end()])
})

test.each(['destroyed', 'ended'])(
  'a stream that is %s inside a transaction frees the session',
  async (how) => {
    const [alice, bob] = [await connect(), await connect()]
    await alice.client.query('begin')
    await alice.client.query("insert into notes values ('lost')")
    const inserted = bob.client.query("insert into notes values ('kept')")
    if (how === 'destroyed') alice.stream.destroy()
    else await alice.client.end()
    await inserted
    expect(await notes(bob)).toEqual(['kept'])
    await bob.client.end()
  },
)

test('a stream that is destroyed in the middle of a message frees the session', async () => {
  const [alice, bob] = [await connect(), await connect()]
  // A Parse message with a syntax error and no Sync after it: the session skips all until the next Sync.
  const body = Buffer.from('\0selec 1\0\0\0')
  const head = Buffer.from([0x50, 0, 0, 0, body.length + 4])
  const answered = new Promise((resolve) => alice.stream.once('data', resolve))
  alice.stream.write(Buffer.concat([head, body]))
  await answered
  alice.stream.destroy()
  await bob.client.query("insert into notes values ('kept')")
  expect(await notes(bob)).toEqual(['kept'])
  await bob.client.end()
})

test('a connection of requests that is lost is opened again, and prepares its statements again', async () => {
  const streams: PGliteStream[] = []
  const stream = () => {
    const opened = new PGliteStream(session)
    streams.push(opened)
    return opened
  }
  const lost: Error[] = []
  const database = createDatabase({
    engine: 'embedded',
    connection: { stream, ssl: false },
    sizes: { readLanes: 1, writeLanes: 0, pool: 1 },
    prepare: true,
    onConnectionLost: (error) => lost.push(error),
  })
  await pglite.exec(`create function app_set_user(u uuid) returns void language plpgsql as $$ begin end $$`)
  const userId = randomUUID()
  const statement = { name: 'echo', text: 'select $1::uuid as id' }
  const read = () => database.read(userId, [{ statement, values: [userId] }])
  expect(await read()).toEqual([[{ id: userId }]])
  streams[0]?.destroy(Object.assign(new Error('The connection broke'), { code: 'ECONNRESET' }))
  expect(await Promise.all([read(), read()])).toEqual([[[{ id: userId }]], [[{ id: userId }]]])
  expect([streams.length, lost.length]).toEqual([2, 1])
  await database.close()
})
