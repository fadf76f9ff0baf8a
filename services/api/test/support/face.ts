import type { Answer } from './client.ts'

const ownToEachAnswer = new Set([
  'date',
  'x-request-id',
  'ratelimit',
  'ratelimit-policy',
  'connection',
  'keep-alive',
])

/** All that a client can tell two answers apart by: status, headers (but for what is new each time) and bytes. */
export function faceOf({ status, headers, text }: Answer) {
  return { status, text, headers: [...headers].filter(([name]) => !ownToEachAnswer.has(name)) }
}
