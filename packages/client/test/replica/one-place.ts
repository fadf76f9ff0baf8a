import { expect } from 'vitest'
import { exportBy, ndjson, taskLine, textOf } from '../../../../services/api/test/support/export.ts'
import type { Served } from '../server.ts'

/** Three tasks of one place, topmost first: a move between two of them gives them places of their own. */
export async function threeOfOnePlace(server: Served, userId: string): Promise<[string, string, string]> {
  const lines = [3, 2, 1].map((index) => taskLine(index))
  const answer = await fetch(`${server.url}/me/import`, {
    method: 'POST',
    headers: { ...ndjson, authorization: `Bearer ${server.token(userId)}` },
    body: textOf(exportBy(userId, lines)),
  })
  expect(answer.status).toBe(200)
  const [first, second, third] = lines.map(({ id }) => String(id))
  return [first ?? '', second ?? '', third ?? '']
}
