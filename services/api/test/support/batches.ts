import { expect } from 'vitest'
import type { User } from './app.ts'

export const batch = (user: User, operations: unknown) => user.post('/tasks/batch', { operations })

/** All that a refused batch must not have changed. */
export async function state(user: User) {
  const answers = await Promise.all(
    ['/me', '/tasks', '/trash', '/tasks/changes'].map((path) => user.get(path)),
  )
  return answers.map(({ body, headers }) => [body, headers.get('etag')])
}

/** The paths that a refusal names, once its status and code are as they are due. */
export async function refused(user: User, status: number, code: string, operations: unknown) {
  const before = await state(user)
  const answer = await batch(user, operations)
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
  expect(await state(user)).toEqual(before)
  return answer.body.errors.map(({ path }: { path: string }) => path)
}
