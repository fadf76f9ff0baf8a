import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { completed, nextOf, nextPathOf, onTime, openTasks, userWith, water } from './support/repetition.ts'
import { changeTo, times } from './support/tasks.ts'

const app = await sharedApp()

test('completing a task that repeats makes the next one, and links to it', async () => {
  const { user, task, path } = await userWith()
  const { next: before } = (await user.get('/tasks/changes')).body
  const answer = await user.patch(path, onTime)
  expect(answer.body).toEqual({
    ...task,
    completed: true,
    completed_at: '2026-11-20T07:00:00.000Z',
    updated_at: answer.body.updated_at,
  })
  const next = await nextOf(user, answer)
  const { id, created_at, updated_at } = next
  expect(next).toEqual({ ...task, due: '2026-11-27T09:00', id, created_at, updated_at })
  expect(id).not.toBe(task.id)
  expect(updated_at).toBe(created_at)
  expect((await user.get(path)).headers.get('etag')).toBe(answer.headers.get('etag'))

  const { changes } = (await user.get(`/tasks/changes?since=${before}`)).body
  expect(changes).toEqual([changeTo(answer.body), changeTo(next)])
  expect((await user.get('/me')).body).toMatchObject({ task_count: 3, completed_count: 1, trash_count: 0 })
})

test('a task that does not repeat is completed without a link', async () => {
  const { user, answer } = await completed({ due: '2026-11-20' })
  expect(answer.headers.get('link')).toBeNull()
  expect(await openTasks(user)).toHaveLength(1)
})

test('twenty devices that complete a task at once make one next task, and all of them hear of it', async () => {
  const { user, path } = await userWith()
  const answers = await times(20, () => user.patch(path, onTime))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
  const paths = new Set(answers.map(nextPathOf))
  expect(paths.size).toBe(1)
  expect(await openTasks(user)).toHaveLength(2)
  expect((await user.get([...paths][0] ?? '')).body.due).toBe('2026-11-27T09:00')
})

test('completing a task again, as after a lost answer, makes nothing more and gives the same link', async () => {
  const { user, path } = await userWith()
  const first = await user.patch(path, onTime)
  const again = await user.patch(path, onTime)
  expect([again.text, again.headers.get('etag')]).toEqual([first.text, first.headers.get('etag')])
  expect(nextPathOf(again)).toBe(nextPathOf(first))
  expect(await openTasks(user)).toHaveLength(2)
})

test('a stale entity tag completes nothing and makes nothing; the present one does both', async () => {
  const { user, path } = await userWith()
  const etag = (await user.get(path)).headers.get('etag') ?? ''
  await user.patch(path, { title: 'Changed meanwhile' })
  expect((await user.patch(path, onTime, { 'if-match': etag })).status).toBe(412)
  expect(await openTasks(user)).toHaveLength(2)
  const present = (await user.get(path)).headers.get('etag') ?? ''
  const answer = await user.patch(path, onTime, { 'if-match': present })
  expect(nextPathOf(answer)).toBeDefined()
  expect(await openTasks(user)).toHaveLength(2)
})

test("nobody completes another user's task that repeats, and nothing is made for either", async () => {
  const { user, path } = await userWith()
  const other = await app.signIn()
  expect((await other.patch(path, onTime)).status).toBe(404)
  expect((await other.get('/tasks')).body.total).toBe(0)
  expect(await openTasks(user)).toHaveLength(2)
  expect(nextPathOf(await user.patch(path, onTime))).toBeDefined()
})

const dues: [string, object, object, string | undefined][] = [
  [
    'on the day of the offset',
    { due: '2020-01-01' },
    { completed_at: '2026-11-20T00:30:00+02:00' },
    '2026-11-20',
  ],
  ['on the day before, by Z', { due: '2020-01-01' }, { completed_at: '2026-11-19T11:30:00Z' }, '2026-11-18'],
  [
    'on the day of the time zone, by Z',
    { due: '2020-01-01T07:00', time_zone: 'Asia/Tokyo' },
    { completed_at: '2026-11-19T15:00:00Z' },
    '2026-11-20T07:00',
  ],
  [
    'from the day of completion',
    { recurs_from: 'completed' },
    { completed_at: '2026-11-20T08:00:00+01:00' },
    '2026-11-21',
  ],
  [
    'by a due that is sent along',
    {},
    { due: '2030-05-05', completed_at: '2026-11-20T08:00:00+01:00' },
    '2030-05-06',
  ],
  [
    'by a rule that is sent along',
    {},
    { recurrence: 'freq=yearly', completed_at: '2026-11-20T08:00:00+01:00' },
    '2027-11-20',
  ],
  ['not at all after the rule was cleared', {}, { recurrence: null }, undefined],
  ['not at all after the due was cleared', {}, { due: null }, undefined],
  ['not at all after the last of COUNT', { recurrence: 'FREQ=DAILY;COUNT=1' }, {}, undefined],
  ['not at all after UNTIL', { recurrence: 'FREQ=DAILY;UNTIL=20261120' }, {}, undefined],
]

test.each(dues)('the next one is due %s', async (_, task, changes, due) => {
  const plan = { due: '2026-11-20', recurrence: 'FREQ=DAILY', ...task }
  const { user, answer } = await completed(plan, { completed: true, ...changes })
  expect(answer.body.completed).toBe(true)
  if (due === undefined)
    expect([answer.headers.get('link'), (await openTasks(user)).length]).toEqual([null, 1])
  else expect((await nextOf(user, answer)).due).toBe(due)
})

test('without a time that was sent, the day is the earliest that it is anywhere on Earth', async () => {
  const earliest = () => new Date(Date.now() - 12 * 60 * 60 * 1000).toISOString().slice(0, 10)
  const before = earliest()
  const { user, answer } = await completed({ due: '2020-01-01', recurrence: 'FREQ=DAILY' })
  expect([before, earliest()]).toContain((await nextOf(user, answer)).due)
  expect(answer.body).not.toHaveProperty('completed_at')
})

test('what is sent along with the completion is the next one’s too, and COUNT is one less', async () => {
  const { user, path } = await userWith({ ...water, recurrence: 'FREQ=DAILY;COUNT=3' })
  const changes = { ...onTime, title: 'Water them all', description: null, tags: ['balcony'], priority: null }
  const answer = await user.patch(path, changes)
  const next = await nextOf(user, answer)
  expect(next).toMatchObject({
    title: 'Water them all',
    description: null,
    tags: ['balcony'],
    due: '2026-11-21T09:00',
    recurrence: 'FREQ=DAILY;COUNT=2',
    completed: false,
  })
  expect(next).not.toHaveProperty('priority')
  expect(next).not.toHaveProperty('completed_at')
  expect((await user.get(path)).body.recurrence).toBe('FREQ=DAILY;COUNT=3')
})

test('postponing leaves the rule byte for byte, and the next one follows the new due', async () => {
  const { user, path } = await userWith({ ...water, recurrence: 'INTERVAL=2;FREQ=DAILY;WKST=SU' })
  const { body } = await user.patch(path, { due: '2026-11-23T09:00' })
  expect(body.recurrence).toBe('INTERVAL=2;FREQ=DAILY;WKST=SU')
  const next = await nextOf(user, await user.patch(path, onTime))
  expect(next).toMatchObject({ due: '2026-11-25T09:00', recurrence: 'INTERVAL=2;FREQ=DAILY;WKST=SU' })
})

test('a day stays the same ten characters wherever it is completed', async () => {
  for (const offset of ['+14:00', '+05:45', '+00:00', '-03:30', '-12:00']) {
    const made = { due: '2026-03-29', recurrence: 'FREQ=DAILY' }
    for (const time of ['00:01', '23:59']) {
      const changes = { completed: true, completed_at: `2026-03-29T${time}:00${offset}` }
      const { user, answer } = await completed(made, changes)
      expect([answer.body.due, (await nextOf(user, answer)).due]).toEqual(['2026-03-29', '2026-03-30'])
    }
  }
})

test('in a batch the result has the id of the next one, which a repeat of the batch tells again', async () => {
  const { user, task } = await userWith()
  const operations = [
    { op: 'create', title: 'Before' },
    { op: 'update', id: task.id, ...onTime },
    { op: 'update', id: task.id, title: 'After' },
  ]
  const key = { 'idempotency-key': 'complete' }
  const answer = await user.post('/tasks/batch', { operations }, key)
  const [, completion, change] = answer.body.results
  expect(completion).toMatchObject({
    op: 'update',
    status: 200,
    task: { completed: true, title: water.title },
  })
  expect(change.task).toMatchObject({ completed: true, title: 'After' })
  expect(change).not.toHaveProperty('next')
  const next = (await user.get(`/tasks/${completion.next}`)).body
  expect(next).toMatchObject({ due: '2026-11-27T09:00', title: water.title })
  const replay = await user.post('/tasks/batch', { operations }, key)
  expect(replay.text).toBe(answer.text)
  expect(await openTasks(user)).toHaveLength(3)
})

test('in a batch each operation sees what the ones before it have done', async () => {
  const { user, task } = await userWith({ title: 'Water' })
  const { body } = await user.post('/tasks/batch', {
    operations: [
      { op: 'update', id: task.id, due: '2026-11-20', recurrence: 'FREQ=DAILY' },
      { op: 'update', id: task.id, ...onTime },
      { op: 'update', id: task.id, completed: false },
      { op: 'update', id: task.id, ...onTime },
    ],
  })
  const [, first, undone, second] = body.results
  expect(undone).not.toHaveProperty('next')
  expect((await user.get(`/tasks/${first.next}`)).status).toBe(404)
  expect((await user.get(`/tasks/${second.next}`)).body.due).toBe('2026-11-21')
  expect(await openTasks(user)).toHaveLength(2)
})

test('a batch that fails leaves no next one behind', async () => {
  const { user, task } = await userWith()
  const missing = { op: 'delete', id: '00000000-0000-7000-8000-000000000000' }
  const operations = [{ op: 'update', id: task.id, ...onTime }, missing]
  expect((await user.post('/tasks/batch', { operations })).status).toBe(404)
  expect(await openTasks(user)).toHaveLength(2)
  const alone = await user.post('/tasks/batch', { operations: operations.slice(0, 1) })
  expect(alone.body.results[0]).toHaveProperty('next')
})

test('an import makes no next one, and an export knows nothing of what came next', async () => {
  const { user, path } = await userWith()
  const next = nextPathOf(await user.patch(path, onTime)) ?? ''
  const lines = (await user.get('/me/export')).text
  const other = await app.signIn()
  expect((await other.post('/me/import', lines, { 'content-type': 'application/x-ndjson' })).status).toBe(200)
  expect((await other.get('/me')).body).toMatchObject({ task_count: 3, completed_count: 1 })
  expect(lines).not.toContain('next')
  // What came from an export is a task of its own.
  const [task] = (await other.get('/tasks?completed=true')).body.data
  await other.patch(`/tasks/${task.id}`, { completed: false })
  expect((await other.get('/me')).body).toMatchObject({ task_count: 3, completed_count: 0 })
  expect((await user.get(next)).status).toBe(200)
})
