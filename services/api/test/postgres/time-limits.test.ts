import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { awaitServer } from '../../src/database/await-server.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { timingOfTests, token } from '../support/app.ts'
import { Client } from '../support/client.ts'
import { silentLog } from '../support/log.ts'
import { queryAt } from '../support/postgres.ts'
import { createOwnDatabase } from '../support/server.ts'

const engine = inject('engine')
if (engine.kind !== 'postgres') throw new Error('This test is for PostgreSQL alone')
/** Limits of a server that end a wait for a lock. Which of them it has depends on its version. */
const { rows: limits } = await queryAt(
  engine.url,
  "select name from pg_settings where name in ('lock_timeout', 'transaction_timeout')",
)

test.each(limits.map(({ name }) => name))(
  'a write that %s ends is 503, and is done once nothing is in its way',
  async (name) => {
    const own = await createOwnDatabase('migrated')
    const holder = new pg.Client(own.url)
    await holder.connect()
    await own.query(`alter database ${new URL(own.url).pathname.slice(1)} set ${name} = 1000`)
    const app = await startApp(
      own.config(),
      await openDatabase(own.config(), silentLog),
      silentLog,
      timingOfTests,
    )
    const userId = randomUUID()
    const caller = new Client(await app.listen({ host: '127.0.0.1', port: 0 }), await token({ sub: userId }))
    const { body: task } = await caller.post('/tasks', { title: 'Buy milk' })
    const buyOatMilk = () => caller.patch(`/tasks/${task.id}`, { title: 'Buy oat milk' })

    await holder.query('begin')
    await holder.query('select from tasks where user_id = $1 for update', [userId])
    const held = await buyOatMilk()
    expect([held.status, held.headers.has('retry-after')]).toEqual([503, true])
    await holder.query('rollback')
    const free = await buyOatMilk()
    expect([free.status, free.body.title]).toEqual([200, 'Buy oat milk'])

    await app.close()
    await holder.end()
    await own.drop()
  },
)

/** PostgreSQL's messages (protocol 3.0): a type, the length of the rest, the rest. */
function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeUInt32BE(4 + body.length, 1)
  return Buffer.concat([head, Buffer.from(body, 'latin1')])
}

/** Lets anybody in, and ends them with this SQLSTATE as soon as they ask for something. */
function answerWith(state: string, socket: Socket): void {
  let isIn = false
  socket.on('error', () => {})
  socket.on('data', () => {
    if (isIn) socket.end(message('E', `SFATAL\0VFATAL\0C${state}\0Mended\0\0`))
    else socket.write(Buffer.concat([message('R', '\0\0\0\0'), message('Z', 'I')]))
    isIn = true
  })
}

test.each([
  ['statement_timeout', '57014'],
  ['idle_session_timeout', '57P05'],
  ['idle_in_transaction_session_timeout', '25P03'],
  ['transaction_timeout', '25P04'],
])(
  'a server whose %s is too short for anything is there all the same, to be asked what it sets',
  async (_, state) => {
    const server = createServer((socket) => answerWith(state, socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const way = { host: '127.0.0.1', port: typeof address === 'object' ? address?.port : 0, user: 'x' }
    expect(await awaitServer([way])).toBe(way)
    server.close()
  },
)
