import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { exportBy, ndjson, taskLine, textOf } from './support/export.ts'
import { changeTo } from './support/tasks.ts'

const app = await sharedApp()

const importText = (user: User, text: string) => user.post('/me/import', text, ndjson)

interface Change {
  task: { id: string }
}

/** All that an import must leave as it was. */
async function state(user: User) {
  const answers = await Promise.all(
    ['/me', '/tasks', '/trash', '/tasks/changes'].map((path) => user.get(path)),
  )
  return answers.map(({ body, headers }) => [body, headers.get('etag')])
}

const many = (count: number) => Array.from({ length: count }, (_, i) => taskLine(i))

test.each<[string, (whole: string) => string]>([
  ['that was cut off before its last line', (whole) => whole.replace(/[^\n]*\n$/, '')],
  ['that was cut off in a line', (whole) => whole.slice(0, -40)],
  ['from which a line was taken', (whole) => whole.replace(/\n[^\n]*\n/, '\n')],
  ['into which a line was put', (whole) => whole.replace(/(\n[^\n]*\n)/, '$1$1'.replace('$1$1', '$1{}\n'))],
  ['whose last task is invalid', (whole) => whole.replace(/"title":"[^"]*"(?![\s\S]*"title")/, '"title":""')],
])('an export of 1,200 tasks %s leaves nothing behind', async (_what, change) => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Own' })
  const before = await state(user)
  const whole = textOf(exportBy(user.id, many(1200)))
  expect((await importText(user, change(whole))).status).toBe(422)
  expect(await state(user)).toEqual(before)
  expect((await importText(user, whole)).body).toEqual({ imported: 1200, skipped: 0 })
})

test('an import and what is written meanwhile are in the feed, each once and in order', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Before' })
  const { next } = (await user.get('/tasks/changes')).body
  const text = textOf(exportBy(user.id, many(900)))
  const [imported, ...created] = await Promise.all([
    importText(user, text),
    ...Array.from({ length: 20 }, (_, i) => user.post('/tasks', { title: `Meanwhile ${i}` })),
  ])
  expect(imported?.body).toEqual({ imported: 900, skipped: 0 })
  const last = (await user.post('/tasks', { title: 'After' })).body
  const changes: Change[] = []
  let page: { next: string; has_more: boolean; changes: Change[] } = { next, has_more: true, changes: [] }
  while (page.has_more) {
    page = (await user.get(`/tasks/changes?limit=100&since=${page.next}`)).body
    changes.push(...page.changes)
  }
  const ids = changes.map(({ task }) => task.id)
  expect(new Set(ids).size).toBe(921)
  expect(ids).toHaveLength(921)
  expect(ids).toEqual(expect.arrayContaining(created.map(({ body }) => body.id)))
  expect(changes.at(-1)).toEqual(changeTo(last))
  expect((await user.get('/me')).body.task_count).toBe(922)
})

test('a second large import of the same adds nothing, and is no change', async () => {
  const user = await app.signIn()
  const text = textOf(exportBy(user.id, many(600)))
  expect((await importText(user, text)).body).toEqual({ imported: 600, skipped: 0 })
  const before = await state(user)
  expect((await importText(user, text)).body).toEqual({ imported: 0, skipped: 600 })
  expect(await state(user)).toEqual(before)
})

test('two MiB of empty lines are read in passing, and told by the line that is missing', async () => {
  const user = await app.signIn()
  const answer = await importText(user, '\n'.repeat(2 * 1024 * 1024))
  expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  expect(answer.body.detail).toMatch(/line 2097153 is missing/)
  expect((await importText(user, textOf(exportBy(user.id, many(1))))).status).toBe(200)
})
