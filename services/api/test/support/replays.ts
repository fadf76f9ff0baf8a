import { expect } from 'vitest'
import type { User } from './app.ts'
import type { Answer } from './client.ts'
import { faceOf } from './face.ts'

export const keyed = (key: string) => ({ 'idempotency-key': key })
export const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true'

/** The answer again, byte for byte and header for header; only that it is a repeat is told as well. */
export function expectReplay(repeat: Answer, first: Answer): void {
  expect(first.headers.get('idempotency-replayed')).toBeNull()
  expect(repeat.headers.get('idempotency-replayed')).toBe('true')
  const { headers, ...face } = faceOf(repeat)
  const { 'idempotency-replayed': _, ...others } = headers
  expect({ ...face, headers: others }).toEqual(faceOf(first))
}

/** The id of a task that was deleted. */
export async function trashedTask(user: User): Promise<string> {
  const { body } = await user.post('/tasks', { title: 'Deleted' })
  expect((await user.delete(`/tasks/${body.id}`)).status).toBe(204)
  return body.id
}
