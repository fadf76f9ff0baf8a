import type { User } from './app.ts'
import { RawConnection } from './raw.ts'
import { parseAnswers, type RawAnswer } from './raw-answers.ts'

/** A request as bytes, and the status of its answer. */
export interface Sent {
  bytes: string
  status: number
}

export type MakeRequest = (user: User) => Promise<Sent> | Sent

export const jsonType = 'Content-Type: application/json'
export const task = '{"title":"a"}'
export const post: MakeRequest = (user) => ({ bytes: withBody(user, 'POST /tasks', task), status: 201 })

export function bytesOf(user: User | undefined, line: string, headers: string[] = [], body = ''): string {
  const authorization = user === undefined ? [] : [`Authorization: Bearer ${user.token}`]
  return `${[`${line} HTTP/1.1`, 'Host: a', ...authorization, ...headers].join('\r\n')}\r\n\r\n${body}`
}

export function withBody(user: User | undefined, line: string, body: string, headers = [jsonType]): string {
  return bytesOf(user, line, [...headers, `Content-Length: ${Buffer.byteLength(body)}`], body)
}

export const moments = ['in the same packet', 'while the answer is owed', 'after the answer'] as const
export type Moment = (typeof moments)[number]

/** An answer to its end, in chunks or not. */
export const whole = /^HTTP\/1\.1 [2-5](?:(?!chunked)[\s\S])*\r\n\r\n|\r\n0\r\n\r\n$/m

/** Talks as told, and checks what holds whatever is sent: the answers are answers, the requests' come first, in order. */
export async function answersAt(url: string, sent: Sent[], then: string, when: Moment): Promise<RawAnswer[]> {
  const talk = await RawConnection.open(url)
  const bytes = sent.map((one) => one.bytes).join('')
  if (when === 'in the same packet') talk.send(bytes + then)
  else {
    talk.send(bytes)
    if (when === 'after the answer') await talk.until(whole)
    talk.send(then)
  }
  const methods = sent.map((one) => one.bytes.slice(0, one.bytes.indexOf(' ')))
  return parseAnswers(await talk.ended(), methods)
}
