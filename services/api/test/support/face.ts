import type { Answer } from './client.ts'

/** Date and request id differ between any two answers; the limit counts requests of every kind. */
const ownToEachAnswer = /^(date|x-request-id|connection|keep-alive|ratelimit.*|retry-after)$/

export interface Face {
  status: number
  headers: Record<string, string>
  text: string
}

/** All that a client can tell two answers apart by: status, headers (but for what is new each time) and bytes. */
export function faceOf({ status, headers, text }: Pick<Answer, keyof Face>): Face {
  const told = [...headers].filter(([name]) => !ownToEachAnswer.test(name))
  return { status, headers: Object.fromEntries(told), text }
}
