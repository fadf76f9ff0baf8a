import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'
import { createTasks, times } from './support/tasks.ts'

const app = await sharedApp()

/** What the list says, what its pages hold, and what the counters hold against the rows themselves. */
async function expectExactCounts(user: User, total: number, completed: number): Promise<void> {
  const { body } = await user.get('/tasks?per_page=100')
  expect(body.total).toBe(total)
  expect(body.data).toHaveLength(total)
  expect(body.data.filter((task: { completed: boolean }) => task.completed)).toHaveLength(completed)
  const { rows } = await app.database.pool.query(
    'select task_count::integer, completed_count::integer from task_lists where user_id = $1',
    [user.id],
  )
  expect(rows).toEqual([{ task_count: total, completed_count: completed }])
}

test('fifty creations at once are all counted', async () => {
  const user = await app.signIn()
  await createTasks(user, 50)
  await expectExactCounts(user, 50, 0)
})

test('fifty completions at once are all counted, and so is each that is taken back', async () => {
  const user = await app.signIn()
  const tasks = await createTasks(user, 50)
  await Promise.all(tasks.map(({ id }) => user.patch(`/tasks/${id}`, { completed: true })))
  await expectExactCounts(user, 50, 50)
  await Promise.all(tasks.slice(20).map(({ id }) => user.patch(`/tasks/${id}`, { completed: false })))
  await expectExactCounts(user, 50, 20)
})

test('one task completed fifty times at once is counted once', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 2)
  await times(50, () => user.patch(`/tasks/${task.id}`, { completed: true }))
  await expectExactCounts(user, 2, 1)
})

test('one task completed and opened fifty times at once is counted as it ends', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 2)
  await times(50, (index) => user.patch(`/tasks/${task.id}`, { completed: index % 2 === 0 }))
  const { completed } = (await user.get(`/tasks/${task.id}`)).body
  await expectExactCounts(user, 2, completed ? 1 : 0)
})

test('fifty deletions at once, completed and open, leave the counts exact', async () => {
  const user = await app.signIn()
  const tasks = await createTasks(user, 60)
  await Promise.all(tasks.slice(0, 30).map(({ id }) => user.patch(`/tasks/${id}`, { completed: true })))
  await Promise.all(tasks.slice(5, 55).map(({ id }) => user.delete(`/tasks/${id}`)))
  await expectExactCounts(user, 10, 5)
})

test('creations, completions and deletions at once, some of the same tasks, leave the counts exact', async () => {
  const user = await app.signIn()
  const tasks = await createTasks(user, 40)
  const answers = await Promise.all([
    ...tasks.map(({ id }) => user.patch(`/tasks/${id}`, { completed: true })),
    ...tasks.slice(0, 25).map(({ id }) => user.delete(`/tasks/${id}`)),
    createTasks(user, 10).then(() => user.get('/tasks')),
    ...tasks.slice(0, 25).map(({ id }) => user.delete(`/tasks/${id}`)),
  ])
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(25)
  await expectExactCounts(user, 25, 15)
})

test('a refused write leaves the counts of both users as they were', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const [task] = await createTasks(alice, 1)
  await createTasks(bob, 1)
  await bob.delete(`/tasks/${task.id}`)
  await bob.patch(`/tasks/${task.id}`, { completed: true })
  await alice.patch(`/tasks/${task.id}`, { completed: 'yes' })
  await alice.post('/tasks', { title: '' })
  await expectExactCounts(alice, 1, 0)
  await expectExactCounts(bob, 1, 0)
})
