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
