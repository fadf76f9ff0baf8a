import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Owner } from '../src/database/owner.ts'
import { Retention } from '../src/retention/retention.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { failWith } from './support/database-faults.ts'
import { EventReader } from './support/events.ts'
import { silentLog } from './support/log.ts'
import { startSecondApp } from './support/second-app.ts'

/*
 * Of a distributed database one node may be away. Its failure comes as an answer, an ERROR with the state of a lost
 * connection, on a connection that is well.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({}, silentLog, {
    streams: { keepAliveMilliseconds: 600_000, pollMilliseconds: 25 },
  })
})
afterAll(() => app.close())

const query = async (sql: string) => (await app.database.pool.query(sql)).rows

/** Whoever looks at all lists fails at this user's. */
async function loseNodeOf({ id }: User): Promise<void> {
  await query(`create or replace function reach(u uuid) returns boolean language plpgsql as $$
    begin
      if u = '${id}' then raise exception using errcode = '08006', message = 'no such node'; end if;
      return true;
    end $$`)
  await query('alter policy observer_sees_revisions on task_lists using (reach(user_id))')
}

test('a lost node costs no connection, and a read on it is not made again', async () => {
  await query('create sequence attempts')
  await query('grant usage on sequence attempts to public')
  await query(`create function node_lost() returns text language plpgsql as $$
    begin
      perform nextval('attempts');
      raise exception using errcode = '08006', message = 'connection to the remote node failed';
    end $$`)
  const user = randomUUID()
  const step = (name: string, text: string) => [{ statement: { name, text }, values: [user] }]
  const pids = async () => {
    const asked = Array.from({ length: 24 }, () =>
      app.database.read(user, step('test_pid', 'select pg_backend_pid() as pid, $1::uuid as id')),
    )
    return new Set((await Promise.all(asked)).map(([rows]) => rows?.[0]?.pid))
  }
  const before = await pids()
  const lost = step('test_lost', 'select node_lost() as lost, $1::uuid as id')
  const answers = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? app.database.read(user, lost) : app.database.write(user, lost),
    ),
  )
  for (const answer of answers) {
    expect(answer).toMatchObject({
      status: 'rejected',
      reason: { code: 'unavailable', message: 'A part of the database is not reachable' },
    })
  }
  expect(await query('select last_value::integer as count from attempts')).toEqual([{ count: 40 }])
  const alive = await query('select pid from pg_stat_activity where datname = current_database()')
  expect(alive.map(({ pid }) => pid)).toEqual(expect.arrayContaining([...before]))
})

test('a stream hears of the writes of other processes while another user’s node is away', async () => {
  const [reached, lost] = [await app.signIn(), await app.signIn()]
  for (const user of [lost, reached]) await user.post('/tasks', { title: 'Makes the list' })
  const readers = [await EventReader.open(lost), await EventReader.open(reached)]
  await loseNodeOf(lost)
  const other = await startSecondApp(app)
  const written = await fetch(`${other.url}/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${reached.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Written elsewhere' }),
  })
  expect(written.status).toBe(201)
  const changes = await readers[1]?.changes(1)
  // The stream in whose way the look failed was still open.
  expect(readers[0]?.hasEnded).toBe(false)
  expect(changes).toMatchObject([{ type: 'task', task: { title: 'Written elsewhere' } }])
  await query('alter policy observer_sees_revisions on task_lists using (true)')
  for (const reader of readers) reader.close()
  await other.close()
})

test('the upkeep goes on for the users of the other nodes, and comes back to the rest', async () => {
  const [reached, lost] = [await app.signIn(), await app.signIn()]
  for (const user of [lost, reached]) {
    const { body: task } = await user.post('/tasks', { title: 'Deleted' })
    await user.delete(`/tasks/${task.id}`)
  }
  await loseNodeOf(lost)
  // As Citus has it: one answer a part of the table, and none from a node that is away.
  await query('create table living as select * from task_lists with no data')
  await query(`insert into living select * from task_lists where user_id <> '${lost.id}'`)
  await query('grant select on living to public')
  await query(`create function pg_catalog.run_command_on_shards(table_name regclass, command text)
    returns table (shardid bigint, success boolean, result text) language plpgsql as $$
    begin
      execute format(command, 'living') into result;
      shardid := 1;
      success := true;
      return next;
      return query select 2::bigint, false, 'no such node'::text;
    end $$`)
  const hooks = { provision: async () => {}, changed: () => {} }
  const upkeep = new Retention({
    pool: app.database.pool,
    log: silentLog,
    retentionDays: 1,
    ownerOf: (userId) => new Owner(userId, app.database, hooks),
  })
  const later = new Date(Date.now() + 2 * 24 * 60 * 60 * 1000)
  const trash = async () => [(await reached.get('/trash')).body.total, (await lost.get('/trash')).body.total]
  expect(await trash()).toEqual([1, 1])
  await upkeep.run(later)
  expect(await trash()).toEqual([0, 1])

  await query('alter policy observer_sees_revisions on task_lists using (true)')
  await upkeep.run(later)
  expect(await trash()).toEqual([0, 0])
})

test('a user whose node is away gets 503 with Retry-After, and never a 404 or an empty list', async () => {
  const broken = await startTestApp()
  const user = await broken.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Kept' })
  await failWith(broken.database, '08006', 'connection to the remote node failed')
  for (const answer of [
    await user.get('/tasks'),
    await user.get(`/tasks/${task.id}`),
    await user.post('/tasks', { title: 'x' }),
    await user.get('/tasks?q=kept'),
  ]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(answer.body.detail).toBe('A part of the database is not reachable')
  }
  await broken.close()
})
