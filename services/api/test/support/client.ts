import { setTimeout } from 'node:timers/promises'
import { expectDocumented } from './openapi.ts'

type RequestHeaders = Record<string, string>

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; null where there is none. Tests look into it with matchers. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  body: any
}

const AGAIN_MILLISECONDS = 100

/** Services that wait no longer than in production: on a busy machine they answer 503, and are then asked again. */
export const impatientServices = new Set<string>()

/** Speaks HTTP to a running app as one caller. Every answer is held against the app's own OpenAPI document. */
export class Client {
  readonly url: string
  readonly token: string | undefined

  constructor(url: string, token?: string) {
    this.url = url
    this.token = token
  }

  get = (path: string, headers?: RequestHeaders) => this.request('GET', path, undefined, headers)
  head = (path: string, headers?: RequestHeaders) => this.request('HEAD', path, undefined, headers)
  post = (path: string, body?: unknown, headers?: RequestHeaders) => this.request('POST', path, body, headers)
  patch = (path: string, body?: unknown, headers?: RequestHeaders) =>
    this.request('PATCH', path, body, headers)
  delete = (path: string, headers?: RequestHeaders) => this.request('DELETE', path, undefined, headers)

  /** A string, bytes or FormData is sent as it is; anything else as JSON. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    extraHeaders?: RequestHeaders,
  ): Promise<Answer> {
    const headers = new Headers(extraHeaders)
    if (this.token !== undefined && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${this.token}`)
    }
    if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const init: RequestInit = { method, headers, redirect: 'manual' }
    if (body !== undefined) init.body = isRaw ? (body as string) : JSON.stringify(body)
    let response = await fetch(this.url + path, init)
    while (response.status === 503 && impatientServices.has(this.url)) {
      await response.arrayBuffer()
      await setTimeout(AGAIN_MILLISECONDS)
      response = await fetch(this.url + path, init)
    }
    const text = await response.text()
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== ''
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : null,
    }
    await expectDocumented(this.url, method, path, answer)
    return answer
  }
}
