import http, { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  body: any
}

export interface Question {
  method?: string
  headers?: Record<string, string>
  body?: unknown
  /** Of the loopback network, as whom the client comes. */
  from?: string
}

/** What a browser does through a proxy: takes compressed answers, names its page, comes from an address of its own. */
export async function ask(url: string, question: Question = {}): Promise<Answer> {
  const response = await send(url, question)
  let text = ''
  for await (const chunk of decoded(response).setEncoding('utf8')) text += chunk
  const isJson = /[/+]json/.test(response.headers['content-type'] ?? '') && text !== ''
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
  }
}

/** Opens a stream, tells once its head has come, and resolves as soon as this text has. */
export async function follow(
  url: string,
  question: Question,
  text: string,
): Promise<{ arrived: Promise<void>; headers: IncomingHttpHeaders }> {
  const response = await send(url, question)
  let read = ''
  const arrived = new Promise<void>((resolve, reject) => {
    const stream = decoded(response).setEncoding('utf8')
    stream.on('data', (chunk) => {
      read += chunk
      if (!read.includes(text)) return
      response.destroy()
      resolve()
    })
    stream.on('end', () => reject(new Error(`The stream ended after:\n${read}`)))
    stream.on('error', reject)
  })
  // A test that fails before it waits fails for its own reason.
  arrived.catch(() => {})
  return { arrived, headers: response.headers }
}

function send(url: string, { method = 'GET', headers = {}, body, from }: Question): Promise<IncomingMessage> {
  const isSecure = url.startsWith('https:')
  const isJson = body !== undefined && typeof body !== 'string'
  const options: RequestOptions & { rejectUnauthorized: boolean; servername: string } = {
    method,
    headers: {
      'accept-encoding': 'gzip, br',
      ...(isSecure && { host: `tasks.example.com:${new URL(url).port}` }),
      ...(isJson && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(from !== undefined && { localAddress: from }),
    agent: false,
    // The certificate is one of the test's own making.
    rejectUnauthorized: false,
    servername: 'tasks.example.com',
  }
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).request(url, options, resolve)
    request.on('error', reject)
    request.end(isJson ? JSON.stringify(body) : body)
  })
}

function decoded(response: IncomingMessage): Readable {
  const decoder = { gzip: createGunzip, br: createBrotliDecompress }[
    response.headers['content-encoding'] ?? ''
  ]
  return decoder === undefined ? response : response.pipe(decoder())
}
