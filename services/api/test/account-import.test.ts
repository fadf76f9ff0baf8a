import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import {
  exportBy,
  exportedTasks,
  importTasks,
  importText,
  type Line,
  ndjson,
  taskLine,
  textOf,
} from './support/export.ts'

const app = await sharedApp()

async function counts(user: User) {
  const { task_count, completed_count, trash_count } = (await user.get('/me')).body
  return { task_count, completed_count, trash_count }
}

test('importing one’s own export, once or twice, changes nothing', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Kept', description: '' })
  const { body: deleted } = await user.post('/tasks', { title: 'Deleted' })
  await user.delete(`/tasks/${deleted.id}`)
  const exported = await user.get('/me/export')
  const { next } = (await user.get('/tasks/changes')).body
  await user.patch(`/tasks/${task.id}`, { title: 'Changed since' })
  const before = await exportedTasks(user)
  for (let i = 0; i < 2; i += 1) {
    const answer = await importText(user, exported.text)
    expect(answer.body).toEqual({ imported: 0, skipped: 2 })
  }
  expect(await exportedTasks(user)).toEqual(before)
  expect(await counts(user)).toEqual({ task_count: 1, completed_count: 0, trash_count: 1 })
  expect((await user.get(`/tasks/changes?since=${next}`)).body.changes).toHaveLength(1)
})

test('tasks that were deleted for good come back from an export as they were', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Kept' })
  const { body: task } = await user.post('/tasks', { title: 'Gone' })
  await user.patch(`/tasks/${task.id}`, { completed: true })
  const exported = await user.get('/me/export')
  const whole = await exportedTasks(user)
  await user.delete(`/tasks/${task.id}`)
  await user.delete(`/trash/${task.id}`)
  const { next } = (await user.get('/tasks/changes')).body
  expect((await importText(user, exported.text)).body).toEqual({ imported: 1, skipped: 1 })
  expect(await exportedTasks(user)).toEqual(whole)
  expect(await counts(user)).toEqual({ task_count: 2, completed_count: 1, trash_count: 0 })
  const { changes } = (await user.get(`/tasks/changes?since=${next}`)).body
  expect(changes).toMatchObject([{ type: 'task', task: { id: task.id } }])
})

test('another account’s export becomes one’s own tasks with new ids, and twice changes nothing', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  for (const title of ['A', 'B', 'C']) await alice.post('/tasks', { title })
  const { body: list } = await alice.get('/tasks')
  await alice.delete(`/tasks/${list.data[0].id}`)
  const exported = await alice.get('/me/export')
  const alices = await exportedTasks(alice)

  expect((await importText(bob, exported.text)).body).toEqual({ imported: 3, skipped: 0 })
  expect((await importText(bob, exported.text)).body).toEqual({ imported: 0, skipped: 3 })
  const bobs = await exportedTasks(bob)
  const withoutIds = (lines: Line[]) =>
    lines.map(({ id: _id, ...rest }) => rest).toSorted((a, b) => String(a.title).localeCompare(b.title))
  expect(withoutIds(bobs)).toEqual(withoutIds(alices))
  const ids = (lines: Line[]) => lines.flatMap(({ id }) => (id === undefined ? [] : [id]))
  expect(ids(bobs).filter((id) => ids(alices).includes(id))).toEqual([])
  for (const id of ids(bobs))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  // And nothing of Alice's has changed.
  expect(await exportedTasks(alice)).toEqual(alices)
})

test('imported tasks are tasks like any other', async () => {
  const user = await app.signIn()
  await importTasks(user, [taskLine(1, { title: '  Trimmed ', completed: true }), taskLine(2)])
  const { data, total } = (await user.get('/tasks?completed=true')).body
  expect({ titles: data.map(({ title }: Line) => title), total }).toEqual({ titles: ['Trimmed'], total: 1 })
  expect((await user.patch(`/tasks/${taskLine(2).id}`, { completed: true })).status).toBe(200)
  expect((await user.delete(`/tasks/${taskLine(1).id}`)).status).toBe(204)
  expect(await counts(user)).toEqual({ task_count: 1, completed_count: 1, trash_count: 1 })
})

test('an import far larger than any other body works, in few pieces or many', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 500 }, (_, i) => taskLine(i, { description: 'ä😀'.repeat(500) }))
  const text = textOf(exportBy(user.id, tasks))
  expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024)
  expect((await importText(user, text)).body).toEqual({ imported: 500, skipped: 0 })
  expect((await exportedTasks(user)).slice(0, -1)).toEqual(tasks)

  const other = await app.signIn()
  const small = Buffer.from(textOf(exportBy(other.id, [taskLine(1, { title: 'ä😀' })])))
  const bytes = Array.from(small, (byte) => Uint8Array.of(byte))
  const response = await fetch(`${app.url}/me/import`, {
    method: 'POST',
    headers: { ...ndjson, authorization: `Bearer ${other.token}` },
    body: ReadableStream.from(bytes),
    duplex: 'half',
  } as RequestInit)
  expect(await response.json()).toEqual({ imported: 1, skipped: 0 })
})

test('CRLF, blank lines, a byte order mark and a missing last line break are taken', async () => {
  const user = await app.signIn()
  const crlf = textOf(exportBy(user.id, [taskLine(1), taskLine(2)]), '\r\n')
  const text = `\ufeff${crlf.replace('\r\n', '\r\n\r\n  \n')}`.trimEnd()
  expect((await importText(user, text)).body).toEqual({ imported: 2, skipped: 0 })
})

test('a byte order mark in front of any line is ignored, as where files were joined', async () => {
  const user = await app.signIn()
  const marked = textOf(exportBy(user.id, [taskLine(1), taskLine(2)])).replace(/^(?=.)/gm, '\ufeff')
  expect(marked.match(/\ufeff/g)).toHaveLength(4)
  expect((await importText(user, marked)).body).toEqual({ imported: 2, skipped: 0 })
})

test('an id that comes twice in one import is one task', async () => {
  const user = await app.signIn()
  const tasks = [taskLine(1, { title: 'First' }), taskLine(1, { title: 'Second' }), taskLine(2)]
  const upper = taskLine(3, { id: '0000000A-0000-7000-8000-000000000003' })
  expect((await importTasks(user, [...tasks, upper, { ...upper, id: upper.id.toLowerCase() }])).body).toEqual(
    {
      imported: 3,
      skipped: 2,
    },
  )
  expect(await counts(user)).toEqual({ task_count: 3, completed_count: 0, trash_count: 0 })
  expect((await user.get(`/tasks/${taskLine(1).id}`)).body.title).toBe('First')
})

test('imports at once add every task once', async () => {
  const user = await app.signIn()
  const tasks = Array.from({ length: 450 }, (_, i) => taskLine(i))
  const answers = await Promise.all([1, 2, 3].map(() => importTasks(user, tasks)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.reduce((sum, { body }) => sum + body.imported, 0)).toBe(450)
  expect(await counts(user)).toEqual({ task_count: 450, completed_count: 0, trash_count: 0 })
})

test('an import may come as plain text, which is what generated clients send', async () => {
  const user = await app.signIn()
  const text = textOf(exportBy(user.id, [taskLine(1)]))
  const answer = await user.post('/me/import', text, { 'content-type': 'text/plain;charset=UTF-8' })
  expect(answer).toMatchObject({ status: 200, body: { imported: 1 } })
  // Text is for an import alone.
  expect((await user.post('/tasks', text, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await user.get('/me')).body.task_count).toBe(1)
})
