import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { Client } from './support/client.ts'
import { exportBy, ndjson, taskLine, textOf } from './support/export.ts'

let outside: TestApp
let builtIn: TestApp
beforeAll(async () => {
  outside = await startTestApp()
  builtIn = await startTestApp({ JWT_SECRET: '' })
})
afterAll(async () => {
  await builtIn.close()
  await outside.close()
})

async function signUp(email: string): Promise<User> {
  const session = await builtIn.anonymous.post('/auth/sign-up/email', { email, password: 'correct horse' })
  const headers = { authorization: `Bearer ${session.body.token}` }
  const { body } = await builtIn.anonymous.get('/auth/token', headers)
  return Object.assign(new Client(builtIn.url, body.token), { id: session.body.user.id })
}

/** Fills every per-user table. */
/** Where a user who did all of this has rows. */
const everywhere = [
  ...['public.idempotency_keys', 'public.purged_tasks', 'public.purges', 'public.task_lists'],
  ...['public.tasks', 'public.users'],
]

async function fill(user: User): Promise<void> {
  const { body: task } = await user.post('/tasks', { title: 'Kept' }, { 'idempotency-key': 'key-1' })
  await user.patch(`/tasks/${task.id}`, { completed: true })
  const { body: deleted } = await user.post('/tasks', { title: 'Deleted' })
  await user.delete(`/tasks/${deleted.id}`)
  const { body: purged } = await user.post('/tasks', { title: 'Purged' })
  await user.delete(`/tasks/${purged.id}`)
  await user.delete(`/trash/${purged.id}`)
}

/** The tables in which a row's text has this in it, whatever its case. */
async function tablesWith({ database }: TestApp, text: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind = 'r' and nspname in ('public', 'tasklane_auth') order by 1`)
  const found = []
  for (const { name } of rows) {
    const { rowCount } = await database.pool.query(
      `select from ${name} t where strpos(lower(t::text), lower($1)) > 0 or strpos(lower(t::text), lower($2)) > 0`,
      [text, text.replaceAll('-', '')],
    )
    if (rowCount !== 0) found.push(name)
  }
  return found
}

test('with the built-in issuer no table keeps a row, the id or the e-mail address', async () => {
  const email = 'alice.of.deletion@example.com'
  const [user, other] = [await signUp(email), await signUp('bob.of.deletion@example.com')]
  await fill(user)
  await fill(other)
  const issuers = ['tasklane_auth."user"', 'tasklane_auth.account', 'tasklane_auth.session']
  expect(await tablesWith(builtIn, user.id)).toEqual(expect.arrayContaining([...everywhere, ...issuers]))
  expect(await tablesWith(builtIn, email)).not.toEqual([])
  const others = (await other.get('/me/export')).text.split('\n').slice(1)

  expect((await user.delete('/me')).status).toBe(204)
  expect(await tablesWith(builtIn, user.id)).toEqual([])
  expect(await tablesWith(builtIn, email)).toEqual([])
  // The token is refused from now on, and cannot bring rows back.
  expect((await user.get('/me')).status).toBe(401)
  expect((await user.post('/tasks', { title: 'Back' })).status).toBe(401)
  expect(await tablesWith(builtIn, user.id)).toEqual([])
  expect((await other.get('/me/export')).text.split('\n').slice(1)).toEqual(others)
  // The address is free again, for a new and empty account.
  const again = await signUp(email)
  expect(again.id).not.toBe(user.id)
  expect((await again.get('/me')).body).toMatchObject({ id: again.id, task_count: 0, trash_count: 0 })
})

test('with an outside issuer no table keeps a row, and the next write begins anew', async () => {
  const [user, other] = [await outside.signIn(), await outside.signIn()]
  await fill(user)
  await fill(other)
  expect(await tablesWith(outside, user.id)).toEqual(everywhere)
  expect((await user.delete('/me')).status).toBe(204)
  expect(await tablesWith(outside, user.id)).toEqual([])
  expect(await tablesWith(outside, other.id)).toEqual(everywhere)

  expect((await user.get('/me')).body).toMatchObject({ created_at: null, task_count: 0 })
  expect((await user.delete('/me')).status).toBe(204)
  expect((await user.post('/tasks', { title: 'Anew' }, { 'idempotency-key': 'key-1' })).status).toBe(201)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 1, completed_count: 0, trash_count: 0 })
})

test('a user who has nothing can be deleted', async () => {
  const user = await outside.signIn()
  expect((await user.delete('/me')).status).toBe(204)
  expect(await tablesWith(outside, user.id)).toEqual([])
})

test('writes that race the deletion leave nothing behind', async () => {
  for (let round = 0; round < 3; round += 1) {
    const user = await signUp(`racer-${round}@example.com`)
    if (round % 2 === 0) await fill(user)
    const writes = () => [
      user.post('/tasks', { title: 'Racing' }),
      user.post('/tasks', { title: 'Racing' }, { 'idempotency-key': 'race' }),
      user.post('/tasks/batch', { operations: [{ op: 'create', title: 'Racing' }] }),
      user.post('/me/import', textOf(exportBy(user.id, [taskLine(1)])), ndjson),
      user.delete('/trash'),
    ]
    const answers = await Promise.all([...writes(), user.delete('/me'), ...writes()])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => ![200, 201, 204, 401, 409].includes(status))).toEqual([])
    expect(statuses).toContain(204)
    expect(await tablesWith(builtIn, user.id)).toEqual([])
  }
})

test('a deletion that fails leaves everything as it was', async () => {
  const user = await outside.signIn()
  await fill(user)
  await outside.database.pool.query(`
    create function refuse_deletion() returns trigger language plpgsql as $$
    begin raise exception 'no' using errcode = '40001'; end $$;`)
  await outside.database.pool.query(
    'create trigger refuse_deletion before delete on task_lists for each row execute function refuse_deletion()',
  )
  expect((await user.delete('/me')).status).toBe(503)
  await outside.database.pool.query('drop trigger refuse_deletion on task_lists')
  expect((await user.get('/me')).body).toMatchObject({ task_count: 1, trash_count: 1 })
  expect((await user.delete('/me')).status).toBe(204)
})

test('a body that only an import may have does not delete the account', async () => {
  const app = await startTestApp()
  const user = await app.signIn()
  expect((await user.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
  const lines = Buffer.alloc(1024 * 1024, '\n')
  const answer = await user.request('DELETE', '/me', lines, { 'content-type': 'application/x-ndjson' })
  expect(answer.status).toBe(415)
  expect((await user.get('/me')).body).toMatchObject({ task_count: 1 })
  await app.close()
})
