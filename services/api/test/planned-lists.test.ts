import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { type SeededTask, seededTask, seedTasks } from './support/seed.ts'
import { idsOf, walk, withQuery } from './support/walk.ts'

const app = await sharedApp()

const dues = ['2026-12-01', '2026-12-01T09:00', '2026-12-02', '9999-12-31T23:59', '1970-01-01', undefined]
const places = [undefined, '2026-01-02', '2026-01-02T00:00:00.000Z', 'z', '-.', '2026-01-03T', undefined]

/** Tasks of every kind: planned in every way and not at all, many alike but for their ids. */
function tasksOfAllKinds(): SeededTask[] {
  return Array.from({ length: 66 }, (_, index) => {
    const [due, position] = [dues[index % dues.length], places[index % places.length]]
    const priority = [undefined, 1, 5, 9][index % 4]
    return seededTask({
      title: `Task ${index}`,
      completed: index % 3 === 0,
      created_at: `2026-01-0${1 + (index % 4)}T00:00:00.000Z`,
      ...(due !== undefined && { due }),
      ...(priority !== undefined && { priority }),
      ...(position !== undefined && { position }),
      ...(index % 5 === 0 && { tags: index % 2 === 0 ? ['home', 'garden'] : ['Home'] }),
    })
  })
}

type Compare = (a: SeededTask, b: SeededTask) => number

const byText = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const newest: Compare = (a, b) => byText(b.created_at, a.created_at) || byText(b.id, a.id)

/** By a value, those without one last whichever way; equal ones newest first. */
function nullable(keyOf: (task: SeededTask) => string | undefined, sign: 1 | -1): Compare {
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)]
    if (one === undefined || other === undefined) {
      return Number(one === undefined) - Number(other === undefined) || newest(a, b)
    }
    return sign * byText(one, other) || newest(a, b)
  }
}

const placeOf = ({ position, created_at: createdAt }: SeededTask) => position ?? createdAt
const fromTop: Compare = (a, b) => byText(placeOf(b), placeOf(a)) || byText(b.id, a.id)

const orders: Record<string, Compare> = {
  due: nullable(({ due }) => due, 1),
  '-due': nullable(({ due }) => due, -1),
  priority: nullable(({ priority }) => priority?.toString(), 1),
  '-priority': nullable(({ priority }) => priority?.toString(), -1),
  position: fromTop,
  '-position': (a, b) => fromTop(b, a),
  '-created_at': newest,
  title: (a, b) => byText(a.title, b.title) || byText(a.id, b.id),
}

const filters: { query: Record<string, string | boolean>; keeps: (task: SeededTask) => boolean }[] = [
  { query: {}, keeps: () => true },
  { query: { completed: true }, keeps: ({ completed }) => completed },
  { query: { completed: false }, keeps: ({ completed }) => !completed },
  {
    query: { due_from: '2026-12-01T00:00' },
    keeps: ({ due }) => due !== undefined && due >= '2026-12-01T00:00',
  },
  { query: { due_before: '2026-12-02' }, keeps: ({ due }) => due !== undefined && due < '2026-12-02' },
  {
    query: { due_from: '2026-12-01', due_before: '2026-12-02', completed: false },
    keeps: ({ due = '', completed }) => due >= '2026-12-01' && due < '2026-12-02' && !completed,
  },
  { query: { tag: 'home' }, keeps: ({ tags = [] }) => tags.includes('home') },
  {
    query: { tag: 'home', completed: true, due_from: '2026-12-01' },
    keeps: ({ tags = [], completed, due = '' }) => tags.includes('home') && completed && due >= '2026-12-01',
  },
  {
    query: { q: 'TASK 1', tag: 'Home', due_before: '2026-12-02' },
    keeps: ({ title, tags = [], due }) =>
      title.startsWith('Task 1') && tags.includes('Home') && due !== undefined && due < '2026-12-02',
  },
]

async function userWith(tasks: SeededTask[]): Promise<User> {
  const user = await app.signIn()
  await seedTasks(app.database, user.id, tasks)
  return user
}

test.each(Object.entries(orders))(
  'sort=%s goes through pages and cursors with every filter, and counts what matches',
  async (sort, compare) => {
    const tasks = tasksOfAllKinds()
    const user = await userWith(tasks)
    for (const { query, keeps } of filters) {
      const ids = tasks
        .filter(keeps)
        .toSorted(compare)
        .map(({ id }) => id)
      const whole = await user.get(withQuery('/tasks', { ...query, sort, per_page: 100 }))
      expect(idsOf(whole), JSON.stringify(query)).toEqual(ids)
      expect(whole.body.total).toBe(ids.length)
      // A page of one task ends at each place of the order; with a filter, larger ones do for the places in between.
      for (const size of Object.keys(query).length === 0 ? [1, 7] : [3]) {
        const answers = await walk(user, '/tasks', { ...query, sort, per_page: size })
        expect(idsOf(...answers), JSON.stringify({ query, size })).toEqual(ids)
        expect(new Set(answers.map(({ body }) => body.total))).toEqual(new Set([ids.length]))
      }
      for (const page of [1, 2, 5, 9]) {
        const answer = await user.get(withQuery('/tasks', { ...query, sort, per_page: 4, page }))
        expect(idsOf(answer)).toEqual(ids.slice(4 * page - 4, 4 * page))
      }
    }
  },
)

test('a cursor of another range of dues, another tag or another of the new sorts is refused', async () => {
  const user = await userWith(tasksOfAllKinds())
  const queries = [
    {},
    { sort: 'due' },
    { sort: '-due' },
    { sort: 'priority' },
    { sort: 'position' },
    { sort: '-position' },
    { due_from: '1970-01-01' },
    { due_from: '1970-01-02' },
    { due_before: '9999-12-31' },
    { tag: 'home' },
    { tag: 'Home' },
    { q: 'home' },
  ]
  for (const [index, query] of queries.entries()) {
    const { body } = await user.get(withQuery('/tasks', { ...query, per_page: 1 }))
    for (const [other, otherQuery] of queries.entries()) {
      if (body.next_cursor === null) continue
      const answer = await user.get(withQuery('/tasks', { ...otherQuery, cursor: body.next_cursor }))
      expect(answer.status, JSON.stringify([query, otherQuery])).toBe(index === other ? 200 : 422)
    }
  }
})

test('a bound of dues is a real day or a day and a time, and a tag is what a task may carry', async () => {
  const user = await userWith(tasksOfAllKinds())
  const faulty = {
    due_from: [
      '',
      'today',
      '2026-02-30',
      '2026-12-01T24:00',
      '2026-12-01T09:00:00',
      '2026-12-01T09:00Z',
      '1969-12-31',
    ],
    due_before: ['2026-13-01', '2026-12-1', '2026-12-01 09:00', '10000-01-01', ' 2026-12-01'],
    tag: ['', 'x'.repeat(51), 'a\nb', '\0'],
  }
  for (const [name, values] of Object.entries(faulty)) {
    for (const value of values) {
      expect(await user.get(withQuery('/tasks', { [name]: value })), `${name}=${value}`).toMatchObject({
        status: 422,
        body: {
          code: 'validation_failed',
          errors: expect.arrayContaining([expect.objectContaining({ in: 'query', path: `/${name}` })]),
        },
      })
    }
    expect((await user.get(`/tasks?${name}=2026-12-01&${name}=2026-12-01`)).status).toBe(422)
  }
  expect((await user.get('/tasks?due_from=2026-12-01&due_before=2026-12-01T09:01')).body.total).toBe(22)
  expect((await user.get('/tasks?due_from=2026-12-02&due_before=2026-12-01')).body.total).toBe(0)
})
