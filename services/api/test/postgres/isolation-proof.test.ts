import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { startCluster } from '../support/cluster.ts'
import { silentLog } from '../support/log.ts'
import { createOwnDatabase, type OwnDatabase } from '../support/server.ts'

let own: OwnDatabase
beforeEach(async () => {
  own = await createOwnDatabase('migrated')
})
afterEach(() => own.drop())

async function start({ config }: Pick<OwnDatabase, 'config'>, url?: string): Promise<void> {
  const settings = config(url)
  const app = await startApp(settings, await openDatabase(settings, silentLog), silentLog)
  await app.close()
}

const tables = ['users', 'task_lists', 'tasks']
const breaches = tables.flatMap((table) => [
  `drop policy owner_only on ${table}`,
  `alter table ${table} disable row level security`,
  `alter table ${table} no force row level security`,
  `create policy everyone on ${table} using (true)`,
  `alter policy owner_only on ${table} using (true)`,
  `alter policy owner_only on ${table} with check (true)`,
  `alter table ${table} owner to tasklane_app`,
])

test('the service starts on the database that all these breaches are made in', async () => {
  await start(own)
})

test.each(breaches)('the service refuses to start after: %s', async (sql) => {
  await own.query(sql)
  await expect(start(own)).rejects.toThrow('Cannot start, since users would not be isolated')
})

test("the service refuses to start while requests would keep their connection's role", async () => {
  await own.query(`create or replace function app_set_user(u uuid) returns void language plpgsql as $$
    begin execute format('set local app.user_id = %L', u); end $$`)
  await expect(start(own)).rejects.toThrow('users would not be isolated')
})

test('the service refuses to start while a user once set stays set', async () => {
  await own.query(`create or replace function app_set_user(u uuid) returns void language plpgsql as $$
    begin set local role tasklane_app; end $$`)
  await expect(start(own)).rejects.toThrow('users would not be isolated')
})

test('the service refuses to start while a name means a table of another schema, whose walls nobody proved', async () => {
  await start(own)
  await own.query('create schema other')
  await own.query('create table other.tasks (like public.tasks)')
  await own.query('grant usage on schema other to public')
  await own.query('grant all on other.tasks to public')
  await own.query(`alter database ${new URL(own.url).pathname.slice(1)} set search_path = other, public`)
  // The service's own function does not heed that; one without a path of its own does.
  await start(own)
  await own.query(`create or replace function public.app_set_user(u uuid) returns void language plpgsql as $$
    begin set local role tasklane_app; execute format('set local app.user_id = %L', u); end $$`)
  await expect(start(own)).rejects.toThrow('tasks would be a table of another schema than public')
})

/** Of the first so many new rows of users it says that their node is away; a rollback does not take the count back. */
async function loseNodeOf(rows: number): Promise<void> {
  await own.query('create sequence tries')
  await own.query('grant usage on sequence tries to public')
  await own.query(`create function lose_node() returns trigger language plpgsql as $$
    begin
      if nextval('tries') <= ${rows} then raise exception using errcode = '08006', message = 'no such node'; end if;
      return new;
    end $$`)
  await own.query('create trigger lose_node before insert on users for each row execute function lose_node()')
}

test('the service starts while a node of a distributed database is away, with the proof from another', async () => {
  await start(own)
  await loseNodeOf(5)
  await start(own)
})

test('the service refuses to start while no node can give the proof', async () => {
  await start(own)
  await loseNodeOf(1_000_000)
  await expect(start(own)).rejects.toThrow('no such node')
})

test('the service refuses to start while the role of requests is powerful', async () => {
  // Roles belong to the whole server, so this takes one of its own.
  const cluster = await startCluster()
  const alone = { config: () => own.config(cluster.url) }
  await start(alone)
  for (const power of ['bypassrls', 'superuser']) {
    await own.query(`alter role tasklane_app ${power}`, cluster.url)
    await expect(start(alone)).rejects.toThrow('users would not be isolated')
    await own.query(`alter role tasklane_app no${power}`, cluster.url)
  }
  await start(alone)
  await cluster.stop()
})
