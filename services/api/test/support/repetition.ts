import { expect } from 'vitest'
import { sharedApp, type User } from './app.ts'
import type { Answer } from './client.ts'

const app = await sharedApp()

/** One that repeats each week, a day and a time that are long past. */
export const water = {
  title: 'Water the plants',
  description: 'The fern too',
  due: '2026-11-20T09:00',
  time_zone: 'Europe/Zurich',
  priority: 3,
  tags: ['home', 'garden'],
  recurrence: 'FREQ=WEEKLY',
}
/** On the day on which it was due. */
export const onTime = { completed: true, completed_at: '2026-11-20T08:00:00+01:00' }

export async function userWith(task: object = water) {
  const user = await app.signIn()
  const created = await user.post('/tasks', task)
  expect(created.status).toBe(201)
  // Beside it, so that the task is not what changed last in the list.
  await user.post('/tasks', { title: 'Another' })
  return { user, task: created.body, path: `/tasks/${created.body.id}` }
}

export function nextPathOf({ headers }: Answer): string | undefined {
  return /^<(\/tasks\/[0-9a-f-]{36})>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
}

export async function nextOf(user: User, answer: Answer) {
  const { status, body } = await user.get(nextPathOf(answer) ?? 'no link to the next one')
  expect(status).toBe(200)
  return body
}

export async function completed(task: object, changes: object = { completed: true }) {
  const made = await userWith({ title: 'Water', ...task })
  const answer = await made.user.patch(made.path, changes)
  expect(answer.status).toBe(200)
  return { ...made, answer }
}

export const openTasks = async (user: User) =>
  (await user.get('/tasks?completed=false&per_page=100')).body.data
