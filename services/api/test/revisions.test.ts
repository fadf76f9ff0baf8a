import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { revisionAt } from '../src/database/revision.ts'
import { sharedApp, type User } from './support/app.ts'
import { exportBy, ndjson, taskLine, textOf } from './support/export.ts'
import { asUser } from './support/seed.ts'
import { allStatements } from './support/statements.ts'

const app = await sharedApp()

/** What a backup keeps of a user's tasks, put back as a restore by other means puts it back. */
async function keep(user: User): Promise<() => Promise<void>> {
  const rowsOf = async (table: string) => {
    const text = `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t where user_id = $1`
    const [row] = await asUser(app.database, user.id, [text, user.id])
    return row?.rows
  }
  const [lists, tasks] = [await rowsOf('task_lists'), await rowsOf('tasks')]
  const insert = (table: string) =>
    `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`
  return async () => {
    const remove = ['purged_tasks', 'purges', 'idempotency_keys', 'tasks', 'task_lists'].map(
      (table) => [`delete from ${table} where user_id = $1`, user.id] as [string, string],
    )
    await asUser(app.database, user.id, ...remove, [insert('task_lists'), lists], [insert('tasks'), tasks])
  }
}

const tagOf = async (user: User, path: string) => (await user.get(path)).headers.get('etag') ?? ''

async function importTasks(user: User, count: number): Promise<void> {
  const tasks = Array.from({ length: count }, (_, index) => taskLine(index, { id: randomUUID() }))
  await user.post('/me/import', textOf(exportBy(user.id, tasks)), ndjson)
}

/** One of each kind of write to a task, of the tasks `[live, trashed, other]`. */
const writes: Record<string, (user: User, ids: string[]) => Promise<unknown>> = {
  'a creation': (user) => user.post('/tasks', { title: 'New' }),
  'a creation with a plan': (user) => user.post('/tasks', { title: 'New', due: '2026-12-01' }),
  'a change': (user, [id]) => user.patch(`/tasks/${id}`, { title: 'Changed' }),
  'a change of its plan': (user, [id]) => user.patch(`/tasks/${id}`, { priority: 1 }),
  'a deletion': (user, [id]) => user.delete(`/tasks/${id}`),
  'a restoration': (user, [, trashed]) => user.post(`/trash/${trashed}/restore`),
  'a move': (user, [id, , other]) => user.post(`/tasks/${id}/move`, { before: other }),
  'a batch': (user) => user.post('/tasks/batch', { operations: [{ op: 'create', title: 'New' }] }),
  'an import': (user) => importTasks(user, 1),
  'a large import': (user) => importTasks(user, 201),
}

test.each(Object.entries(writes))(
  'after a backup was put back, %s makes a list that never was',
  async (_name, write) => {
    const user = await app.signIn()
    const ids: string[] = []
    for (const title of ['Live', 'Trashed', 'Other']) ids.push((await user.post('/tasks', { title })).body.id)
    await user.delete(`/tasks/${ids[1]}`)
    const putBack = await keep(user)
    const kept = await tagOf(user, '/tasks')
    await write(user, ids)
    const lost = await tagOf(user, '/tasks')
    expect(lost).not.toBe(kept)

    await putBack()
    expect(await tagOf(user, '/tasks')).toBe(kept)
    await write(user, ids)
    const now = await tagOf(user, '/tasks')
    expect([kept, lost]).not.toContain(now)
    expect((await user.get('/tasks', { 'if-none-match': lost })).status).toBe(200)
  },
)

test('an entity tag of a state that was lost fits no other state of the task', async () => {
  const user = await app.signIn()
  const { id } = (await user.post('/tasks', { title: 'Kept' })).body
  const path = `/tasks/${id}`
  const kept = await tagOf(user, path)
  const putBack = await keep(user)
  const lost = (await user.patch(path, { title: 'Lost' })).headers.get('etag') ?? ''
  await putBack()
  expect((await user.get(path, { 'if-none-match': kept })).status).toBe(304)

  expect((await user.patch(path, { title: 'Mine' })).status).toBe(200)
  expect((await user.get(path, { 'if-none-match': lost })).body.title).toBe('Mine')
  expect((await user.patch(path, { title: 'Overwritten' }, { 'if-match': lost })).status).toBe(412)
  expect((await user.delete(path, { 'if-match': lost })).status).toBe(412)
  expect((await user.get(path)).body.title).toBe('Mine')
})

test('a list that is ahead of the clock goes on by its count', async () => {
  const user = await app.signIn()
  const { id } = (await user.post('/tasks', { title: 'A' })).body
  const ahead = revisionAt(Date.now()) + 10_000_000
  await asUser(app.database, user.id, [
    'update task_lists set revision = $2 where user_id = $1',
    user.id,
    ahead,
  ])
  const { headers } = await user.patch(`/tasks/${id}`, { title: 'B' })
  expect(headers.get('etag')).toBe(`"${ahead + 1}"`)
})

test('what raises the revision of a list follows the clock', async () => {
  const raising = (await allStatements()).filter(({ text }) =>
    /update task_lists[^;]*\brevision = /s.test(text),
  )
  expect(raising.length).toBeGreaterThan(7)
  const others = raising.filter(
    ({ text }) => !/\brevision = greatest\((l\.)?revision, \$\d+::bigint\) \+ /.test(text),
  )
  expect(others.map(({ name }) => name)).toEqual([])
})
