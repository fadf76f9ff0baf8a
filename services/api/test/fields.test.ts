import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fields, schemasOf } from '../src/tasks/fields.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import type { Client } from './support/client.ts'
import { tablesOf } from './support/data-model.ts'
import { linesOf, ndjson } from './support/export.ts'
import { exampleChanges, exampleNew, exampleOf, plainFields } from './support/fields.ts'
import { changeTo } from './support/tasks.ts'

/*
 * What holds for every field of a task, whatever it means. A field that the table has is tried here by itself, with
 * the example of its schema.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const isNullable = (schema: object) =>
  Type.IsOptional(schema) || ('type' in schema && [schema.type].flat().includes('null'))

test('each field has a column of its name and type, which may be null where an answer may be without it', async () => {
  const tables = await tablesOf(app.database.pool, 'public')
  const columns = tables.find(({ name }) => name === 'tasks')?.columns ?? []
  const ofFields = columns.filter(({ name }) => name in fields)
  const short = (type: string) => type.replace('timestamp with time zone', 'timestamptz')
  expect(ofFields.map((column) => [column.name, short(column.type), column.isNullable]).sort()).toEqual(
    Object.entries(fields)
      .map(([name, { type, told }]) => [name, type, isNullable(told)])
      .sort(),
  )
  // What a task has besides is ours to keep; a new column is a field, or is named here.
  const ours = columns.filter(({ name }) => !(name in fields)).map(({ name }) => name)
  expect(ours.sort()).toEqual(['deleted_at', 'is_deleted', 'next_id', 'revision', 'user_id'])
})

test('the page on the API names every field that a client may set', () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
  const names = Object.keys({ ...exampleNew, ...exampleChanges })
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test.each(Object.keys(exampleNew))(
  '%s is kept as it was sent, whichever way a task is created',
  async (name) => {
    const user = await app.signIn()
    const sent = { title: 'Plain', ...exampleOf(name) }
    const created = await user.post('/tasks', sent)
    const keyed = await user.post('/tasks', sent, { 'idempotency-key': 'one' })
    const batch = await user.post('/tasks/batch', { operations: [{ op: 'create', ...sent }] })
    for (const task of [created.body, keyed.body, batch.body.results[0].task]) {
      expect(Object.keys(task)).toEqual(
        Object.keys(fields).filter((each) => each in sent || plainFields.includes(each)),
      )
      expect(task).toMatchObject(sent)
      await expectEverywhere(user, task)
    }
  },
)

test.each(Object.keys(exampleChanges))('%s is changed by PATCH and a batch, once', async (name) => {
  const user = await app.signIn()
  const changes = exampleOf(name)
  const byPatch = (id: string) => user.patch(`/tasks/${id}`, changes)
  const byBatch = (id: string) =>
    user.post('/tasks/batch', { operations: [{ op: 'update', id, ...changes }] })
  for (const change of [byPatch, byBatch]) {
    const { id } = (await user.post('/tasks', { title: 'Plain' })).body
    const before = await user.get(`/tasks/${id}`)
    expect(before.body).not.toMatchObject(changes)

    expect((await change(id)).status).toBe(200)
    const after = await user.get(`/tasks/${id}`)
    expect(after.body).toMatchObject(changes)
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
    await expectEverywhere(user, after.body)

    expect((await change(id)).status).toBe(200)
    expect((await user.get(`/tasks/${id}`)).headers.get('etag')).toBe(after.headers.get('etag'))
  }
})

test('a field that takes null is cleared by it, and then as it was before it was set', async () => {
  const user = await app.signIn()
  const { body: plain } = await user.post('/tasks', { title: 'Plain' })
  const clearable = Object.entries(schemasOf('change')).filter(([, schema]) =>
    isNullable({ type: Object(schema).type }),
  )
  expect(clearable.length).toBeGreaterThan(0)
  for (const [name] of clearable) {
    const { [name]: value, ...others } = exampleOf(name)
    const { body: before } = await user.patch(`/tasks/${plain.id}`, { due: null, ...others })
    await user.patch(`/tasks/${plain.id}`, { [name]: value })
    const { body } = await user.patch(`/tasks/${plain.id}`, { [name]: null })
    expect(body).toEqual({ ...before, updated_at: body.updated_at })
  }
})

test('a whole task goes through the trash, an export and an import unchanged', async () => {
  const user = await app.signIn()
  const { body: created } = await user.post('/tasks', exampleNew)
  const { body: task } = await user.patch(`/tasks/${created.id}`, exampleChanges)
  // It repeats, and so there is another, which is not looked at here.
  const [next] = (await user.get('/tasks?completed=false')).body.data
  await user.delete(`/tasks/${next.id}`)
  await user.delete(`/trash/${next.id}`)
  await user.delete(`/tasks/${task.id}`)
  const { body: trash } = await user.get('/trash')
  expect(trash.data).toEqual([{ ...task, deleted_at: expect.any(String), purge_at: expect.any(String) }])
  expect((await user.post(`/trash/${task.id}/restore`)).body).toEqual(task)

  const exported = await user.get('/me/export')
  expect(linesOf(exported)[1]).toEqual({ type: 'task', ...task, deleted_at: null })
  const other = await app.signIn()
  expect((await other.post('/me/import', exported.text, ndjson)).body).toEqual({ imported: 1, skipped: 0 })
  const { body: imported } = await other.get('/tasks')
  expect(imported.data).toEqual([{ ...task, id: imported.data[0].id }])
})

/** In the list, by its id and in the feed, the task is the same. */
async function expectEverywhere(user: Client, task: { id: string }): Promise<void> {
  expect((await user.get(`/tasks/${task.id}`)).body).toEqual(task)
  expect((await user.get('/tasks?per_page=100')).body.data).toContainEqual(task)
  expect((await user.get('/tasks/changes')).body.changes).toContainEqual(changeTo(task))
}
