import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { type SeededTask, seededTask, seedTasks } from './support/seed.ts'
import { idsOf, walk, withQuery } from './support/walk.ts'

const app = await sharedApp()

// In this order by code point. By UTF-16 the last two would change places, by a language most of them.
const titles = ['!', '10', '9', 'Apple', 'Zebra', 'apple', 'zebra', 'Äpfel', 'é', 'ω', '日本', '\uffee', '😀']

/** Tasks of which many share a value, so that the order among those shows. */
function tasksWithTies(): SeededTask[] {
  return [...titles, ...titles].map((title, index) =>
    seededTask({
      title,
      completed: index % 3 === 0,
      created_at: `2026-01-0${1 + (index % 4)}T00:00:00.000Z`,
      updated_at: `2026-02-0${1 + (index % 5)}T00:00:00.000Z`,
    }),
  )
}

type SortColumn = 'created_at' | 'updated_at' | 'title'

function ordered(tasks: SeededTask[], column: SortColumn): string[] {
  const compare = (a: SeededTask, b: SeededTask) =>
    Buffer.compare(Buffer.from(a[column]), Buffer.from(b[column])) ||
    Buffer.compare(Buffer.from(a.id), Buffer.from(b.id))
  return tasks.toSorted(compare).map(({ id }) => id)
}

async function userWith(tasks: SeededTask[]): Promise<User> {
  const user = await app.signIn()
  await seedTasks(app.database, user.id, tasks)
  return user
}

const kinds = [undefined, true, false]

test.each(['created_at', 'updated_at', 'title'] as const)(
  'sort=%s goes both ways, with ties by id, in all and in part of the list',
  async (column) => {
    const tasks = tasksWithTies()
    const user = await userWith(tasks)
    for (const completed of kinds) {
      const filter = completed === undefined ? {} : { completed }
      const wanted = tasks.filter((task) => completed === undefined || task.completed === completed)
      const up = ordered(wanted, column)
      for (const [sort, ids] of [
        [column, up],
        [`-${column}`, up.toReversed()],
      ] as const) {
        expect(idsOf(...(await walk(user, '/tasks', { ...filter, sort, per_page: 5 })))).toEqual(ids)
        const third = await user.get(withQuery('/tasks', { ...filter, sort, per_page: 3, page: 3 }))
        expect(idsOf(third)).toEqual(ids.slice(6, 9))
      }
    }
  },
)

test('titles are sorted by code point, whatever the language', async () => {
  const user = await userWith(titles.toReversed().map((title) => seededTask({ title })))
  const { body } = await user.get('/tasks?sort=title')
  expect(body.data.map(({ title }: { title: string }) => title)).toEqual(titles)
})

test('without a sort, the newest come first', async () => {
  const tasks = tasksWithTies()
  const user = await userWith(tasks)
  const ids = ordered(tasks, 'created_at').toReversed()
  expect(idsOf(await user.get('/tasks?per_page=100'))).toEqual(ids)
  expect(idsOf(await user.get('/tasks?per_page=100&sort=-created_at'))).toEqual(ids)
})

test('completed=true and completed=false share the list between them, with totals of their own', async () => {
  const user = await app.signIn()
  const ids: string[] = []
  for (const title of ['a', 'b', 'c', 'd', 'e']) ids.push((await user.post('/tasks', { title })).body.id)
  await user.patch(`/tasks/${ids[0]}`, { completed: true })
  await user.patch(`/tasks/${ids[1]}`, { completed: true })
  await user.patch(`/tasks/${ids[1]}`, { completed: false })
  await user.patch(`/tasks/${ids[2]}`, { completed: true })
  await user.delete(`/tasks/${ids[2]}`)

  const done = await user.get('/tasks?completed=true')
  expect(done.body).toMatchObject({ total: 1, total_pages: 1, data: [{ id: ids[0], completed: true }] })
  const open = await user.get('/tasks?completed=false&per_page=2')
  expect(open.body).toMatchObject({ total: 3, total_pages: 2 })
  expect(idsOf(open)).toEqual([ids[4], ids[3]])
  expect((await user.get('/tasks')).body.total).toBe(4)
  expect((await user.get('/tasks?completed=true&page=7')).body).toMatchObject({ total: 1, data: [] })
})

test('a user without a task has empty lists, filtered or not', async () => {
  const user = await app.signIn()
  for (const query of [
    '',
    '?completed=true',
    '?sort=title',
    '?q=a',
    '?page=3',
    '?q=a&completed=false&page=2',
  ]) {
    const { body } = await user.get(`/tasks${query}`)
    expect(body, query).toMatchObject({ data: [], total: 0, total_pages: 0, next_cursor: null })
  }
})

test('what is not a filter or sort is refused, by name', async () => {
  const user = await app.signIn()
  await user.post('/tasks', { title: 'Buy milk' })
  const faulty = {
    completed: ['', '1', '0', 'TRUE', 'True', 'null', 'yes', 'true,false', ' true'],
    sort: [
      '',
      '-',
      '+title',
      '--title',
      'Title',
      'id',
      'description',
      'user_id',
      'is_deleted',
      'title,created_at',
      'title desc',
      'title;drop table tasks',
      "title'--",
      '(select 1)',
      'constructor',
      '__proto__',
    ],
  }
  for (const [name, values] of Object.entries(faulty)) {
    for (const value of values) {
      const answer = await user.get(withQuery('/tasks', { [name]: value }))
      expect(answer, `${name}=${value}`).toMatchObject({
        status: 422,
        body: { code: 'validation_failed', errors: [{ in: 'query', path: `/${name}` }] },
      })
    }
  }
  for (const query of ['completed=true&completed=true', 'sort=title&sort=title', 'q=a&q=b', 'order=title']) {
    expect((await user.get(`/tasks?${query}`)).status, query).toBe(422)
  }
  expect((await user.get('/tasks')).body.total).toBe(1)
})
