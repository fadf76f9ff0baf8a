import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { linesOf, ndjson } from './support/export.ts'
import { plainFields } from './support/fields.ts'

const app = await sharedApp()

const plan = {
  due: '2026-12-01T09:00',
  time_zone: 'Europe/Zurich',
  priority: 3,
  tags: ['home', 'garden'],
  recurrence: 'FREQ=WEEKLY;BYDAY=MO',
  recurs_from: 'completed',
}

test('a task that is not planned is answered without the fields of planning, and one that is has what was set', async () => {
  const user = await app.signIn()
  const { body: plain } = await user.post('/tasks', {
    title: 'Plain',
    due: null,
    tags: [],
    recurs_from: null,
  })
  expect(Object.keys(plain)).toEqual([
    ...['id', 'title', 'description', 'completed', 'created_at', 'updated_at'],
  ])
  const { body: planned } = await user.post('/tasks', { title: 'Planned', ...plan })
  expect(Object.keys(planned)).toEqual([...Object.keys(plain), ...Object.keys(plan)])
  expect(planned).toMatchObject(plan)
  expect((await user.get(`/tasks/${planned.id}`)).body).toEqual(planned)
})

test('a client that knows of no plan changes a title, and the plan stays byte for byte', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Old', ...plan })
  const { body: changed } = await user.patch(`/tasks/${task.id}`, { title: 'New', description: 'Text' })
  expect(changed).toEqual({ ...task, title: 'New', description: 'Text', updated_at: changed.updated_at })
})

test('what loses its footing goes with it', async () => {
  const user = await app.signIn()
  const gone = async (changes: object) => {
    const { body: task } = await user.post('/tasks', { title: 'Task', ...plan })
    const { status, body } = await user.patch(`/tasks/${task.id}`, changes)
    expect(status).toBe(200)
    expect((await user.get(`/tasks/${task.id}`)).body).toEqual(body)
    return Object.keys(plan).filter((name) => !(name in body))
  }
  expect(await gone({ due: null })).toEqual(['due', 'time_zone', 'recurrence', 'recurs_from'])
  expect(await gone({ due: '2026-12-24' })).toEqual(['time_zone'])
  expect(await gone({ recurrence: null })).toEqual(['recurrence', 'recurs_from'])
  expect(await gone({ time_zone: null })).toEqual(['time_zone'])
  expect(await gone({ recurs_from: 'due' })).toEqual(['recurs_from'])
  expect(await gone({ tags: [] })).toEqual(['tags'])
  expect(await gone({ priority: null, due: '2027-01-01T08:00' })).toEqual(['priority'])
})

test('what has no footing is refused, by its name, whichever way it comes', async () => {
  const user = await app.signIn()
  const { body: bare } = await user.post('/tasks', { title: 'Bare' })
  const { body: daily } = await user.post('/tasks', { title: 'Day', due: '2026-12-01' })
  const cases: [object, object, string][] = [
    [bare, { time_zone: 'Europe/Zurich' }, 'time_zone'],
    [daily, { time_zone: 'Europe/Zurich' }, 'time_zone'],
    [bare, { recurrence: 'FREQ=DAILY' }, 'recurrence'],
    [daily, { recurs_from: 'completed' }, 'recurs_from'],
    [daily, { due: null, recurrence: 'FREQ=DAILY' }, 'recurrence'],
    [daily, { completed_at: '2026-11-26T09:00:00Z' }, 'completed_at'],
    [daily, { completed: false, completed_at: '2026-11-26T09:00:00Z' }, 'completed_at'],
  ]
  for (const [task, changes, field] of cases) {
    const { id } = task as { id: string }
    const byPatch = await user.patch(`/tasks/${id}`, changes)
    expect([byPatch.status, byPatch.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      [`/${field}`],
    ])
    const byBatch = await user.post('/tasks/batch', { operations: [{ op: 'update', id, ...changes }] })
    expect([byBatch.status, byBatch.body.errors[0].path]).toEqual([422, `/operations/0/${field}`])
    expect((await user.get(`/tasks/${id}`)).body).toEqual(task)
  }
  const { status, body } = await user.post('/tasks', {
    title: 'New',
    recurs_from: 'completed',
    time_zone: 'UTC',
  })
  expect([status, body.errors.map(({ path }: { path: string }) => path)]).toEqual([
    422,
    ['/time_zone', '/recurs_from'],
  ])
})

test.each([
  [
    'due',
    [
      '2026-02-29',
      '2026-13-01',
      '1969-12-31',
      '10000-01-01',
      '2026-12-01T24:00',
      '2026-12-01T09:00:00',
      '2026-12-01T09:00Z',
      '2026-12-1',
      '',
    ],
  ],
  ['time_zone', ['Mars/Olympus', 'PST', '+05:30', '']],
  ['priority', [0, 10, 1.5, '1']],
  [
    'tags',
    [
      ['a', ' a '],
      [''],
      [' '],
      ['x'.repeat(51)],
      ['a\nb'],
      Array.from({ length: 21 }, (_, index) => `${index}`),
      'home',
    ],
  ],
  [
    'recurrence',
    ['FREQ=HOURLY', 'FREQ=DAILY;X=1', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'RRULE:FREQ=DAILY', ''],
  ],
  ['recurs_from', ['start']],
  ['position', ['a']],
  ['completed_at', ['2026-11-26T09:00:00Z']],
])('%s that is none is refused, and its neighbour is kept', async (field, values) => {
  const user = await app.signIn()
  const { title: _, ...rest } = { title: '', due: '2026-12-01T09:00', recurrence: 'FREQ=DAILY' }
  for (const value of values) {
    const { status, body } = await user.post('/tasks', { title: 'Task', ...rest, [field]: value })
    expect([value, status]).toEqual([value, 422])
    expect(body.errors.every(({ path }: { path: string }) => path.startsWith(`/${field}`))).toBe(true)
  }
  expect((await user.post('/tasks', { title: 'Task', ...rest })).status).toBe(201)
})

test('names are taken in any case, and answered as they are usually written; an alias stays one', async () => {
  const user = await app.signIn()
  const names = {
    'asia/kolkata': 'Asia/Kolkata',
    'ASIA/CALCUTTA': 'Asia/Calcutta',
    utc: 'UTC',
    'etc/gmt+5': 'Etc/GMT+5',
  }
  for (const [sent, told] of Object.entries(names)) {
    const { body } = await user.post('/tasks', { title: 'T', due: '2026-12-01T09:00', time_zone: sent })
    expect(body.time_zone).toBe(told)
  }
  const { body } = await user.post('/tasks', {
    title: 'T',
    due: '2026-12-01',
    recurrence: 'freq=weekly;byday=mo',
  })
  expect(body.recurrence).toBe('FREQ=WEEKLY;BYDAY=MO')
})

test('completed_at comes with a completion, in UTC, is replaced, and goes with it', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Task' })
  const patch = async (changes: object) => (await user.patch(`/tasks/${task.id}`, changes)).body
  expect(await patch({ completed: true })).not.toHaveProperty('completed_at')
  const at = (completed_at: string) => patch({ completed: true, completed_at })
  expect((await at('2026-11-26T10:00:00.5+02:00')).completed_at).toBe('2026-11-26T08:00:00.500Z')
  expect((await at('2026-11-26T09:00:00Z')).completed_at).toBe('2026-11-26T09:00:00.000Z')
  expect((await patch({ title: 'Other' })).completed_at).toBe('2026-11-26T09:00:00.000Z')
  expect(await patch({ completed: false })).not.toHaveProperty('completed_at')
  const refused = await user.patch(`/tasks/${task.id}`, {
    completed: true,
    completed_at: '9999-01-01T00:00:00Z',
  })
  expect(refused.status).toBe(422)
})

test('an export of tasks without a plan has the fields of before, and one from before is taken', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Plain' })
  const exported = await user.get('/me/export')
  const [, line] = linesOf(exported)
  expect(Object.keys(line)).toEqual(['type', ...plainFields, 'deleted_at'])
  const other = await app.signIn()
  expect((await other.post('/me/import', exported.text, ndjson)).body).toEqual({ imported: 1, skipped: 0 })
})

test('a line of an import that has a field which this version does not know is told by its name', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Plain' })
  const { text } = await user.get('/me/export')
  const newer = text.replace('"title":', '"colour":"red","title":')
  const { status, body } = await user.post('/me/import', newer, ndjson)
  expect(status).toBe(422)
  expect(body.errors).toEqual([{ in: 'body', path: '/colour', message: 'is not a known field (line 2)' }])
  expect((await user.get('/me')).body.task_count).toBe(1)
})
