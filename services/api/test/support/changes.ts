import { expect } from 'vitest'
import type { User } from './app.ts'

/** A page of the user's feed. */
export async function changesSince(user: User, since?: string, limit?: number) {
  const query = new URLSearchParams()
  if (since !== undefined) query.set('since', since)
  if (limit !== undefined) query.set('limit', String(limit))
  const answer = await user.get(`/tasks/changes?${query}`)
  expect(answer.status).toBe(200)
  return answer.body
}

/** The token for all that changes from now on. */
export const tokenOf = async (user: User) => (await user.get('/tasks/changes')).body.next

export const since = (user: User, token: string) => user.get(`/tasks/changes?since=${token}`)

/** The change in the feed that tells that this task is gone. */
export const deletionOf = ({ id }: { id: string }) => ({ type: 'deleted', id })
