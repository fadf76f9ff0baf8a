import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { exchange, RawConnection } from './support/raw.ts'
import { expectProblem } from './support/raw-answers.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const body = '{"title":"Buy milk"}'
const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

/** A request with the caller's token; `headers` are whole lines. */
function request(user: User, line: string, headers: string[] = [], content = '', version = '1.1'): string {
  const authorization = `Authorization: Bearer ${user.token}`
  return `${[`${line} HTTP/${version}`, 'Host: x', authorization, ...headers].join('\r\n')}\r\n\r\n${content}`
}

function post(user: User, headers: string[], content: string, version = '1.1'): string {
  return request(user, 'POST /tasks', ['Content-Type: application/json', ...headers], content, version)
}

async function totalOf(user: User): Promise<number> {
  return (await user.get('/tasks')).body.total
}

test('a request that is framed once and plainly makes one task, whole or in chunks', async () => {
  const user = await app.signIn()
  const plain = await exchange(app.url, post(user, [`Content-Length: ${body.length}`], body))
  const chunked = await exchange(app.url, post(user, ['Transfer-Encoding: chunked'], chunks))
  expect([plain?.status, chunked?.status, await totalOf(user)]).toEqual([201, 201, 2])
})

test.each([
  ['two lengths', ['Content-Length: 20', 'Content-Length: 0'], body],
  ['the same length twice', ['Content-Length: 20', 'Content-Length: 20'], body],
  ['a list of lengths', ['Content-Length: 20, 20'], body],
  ['a signed length', ['Content-Length: +20'], body],
  ['a negative length', ['Content-Length: -20'], body],
  ['a hexadecimal length', ['Content-Length: 0x14'], body],
  ['a length past 64 bits', ['Content-Length: 99999999999999999999999'], body],
  ['a length and chunks', ['Content-Length: 20', 'Transfer-Encoding: chunked'], chunks],
  ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 20'], chunks],
  ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], chunks],
  ['another coding before chunks', ['Transfer-Encoding: gzip, chunked'], chunks],
  ['another coding after chunks', ['Transfer-Encoding: chunked, identity'], chunks],
  ['an unknown coding', ['Transfer-Encoding: xchunked'], chunks],
  ['no coding by name', ['Transfer-Encoding: identity'], body],
  ['a vertical tab before the coding', ['Transfer-Encoding: \vchunked'], chunks],
  ['a space before the colon', ['Transfer-Encoding : chunked'], chunks],
  ['a folded coding', ['Transfer-Encoding:', ' chunked'], chunks],
  ['a coding behind a bare line feed', ['X-A: b\nTransfer-Encoding: chunked'], chunks],
  ['a coding behind a bare carriage return', ['X-A: b\rTransfer-Encoding: chunked'], chunks],
  ['a header with NUL', ['X-A: b\0c', 'Content-Length: 20'], body],
  ['a header without a name', [': b', 'Content-Length: 20'], body],
  ['a header without a colon', ['b', 'Content-Length: 20'], body],
  ['a space in the name of a header', ['bad header: 1', 'Content-Length: 20'], body],
  ['a chunk size that is no number', ['Transfer-Encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`],
  ['a negative chunk size', ['Transfer-Encoding: chunked'], `-14\r\n${body}\r\n0\r\n\r\n`],
  ['a chunk size with 0x', ['Transfer-Encoding: chunked'], `0x14\r\n${body}\r\n0\r\n\r\n`],
  ['a chunk size past 64 bits', ['Transfer-Encoding: chunked'], `${'f'.repeat(20)}\r\n${body}\r\n0\r\n\r\n`],
  ['a chunk that is longer than its size', ['Transfer-Encoding: chunked'], `3\r\n${body}\r\n0\r\n\r\n`],
  ['chunks with bare line feeds', ['Transfer-Encoding: chunked'], `14\n${body}\n0\n\n`],
])('a request with %s is refused and makes nothing', async (_what, headers, content) => {
  const user = await app.signIn()
  const hidden = post(user, [`Content-Length: ${body.length}`], body)

  const connection = await RawConnection.open(app.url)
  connection.send(post(user, headers, content) + hidden)
  expectProblem(await connection.answer(), 400, 'malformed_request')
  // What follows cannot be told apart from its body, so the connection ends there.
  await connection.ended()

  expect(await totalOf(user)).toBe(0)
  expect((await exchange(app.url, hidden))?.status).toBe(201)
})

test('trailers after the chunks are read over, and change nothing of the request', async () => {
  const [alice, bob] = [await app.signIn(), await app.signIn()]
  const trailer = `Authorization: Bearer ${bob.token}\r\nX-Request-Id: trailer\r\n\r\n`
  const answer = await exchange(
    app.url,
    post(alice, ['Transfer-Encoding: chunked'], chunks.slice(0, -2) + trailer),
  )
  expect(answer?.status).toBe(201)
  expect(answer?.headers.get('x-request-id')).not.toBe('trailer')
  expect([await totalOf(alice), await totalOf(bob)]).toEqual([1, 0])
})

test('chunks in HTTP/1.0 and versions above 1.1 are refused', async () => {
  const user = await app.signIn()
  const oldChunks = await exchange(app.url, post(user, ['Transfer-Encoding: chunked'], chunks, '1.0'))
  expectProblem(oldChunks, 400, 'malformed_request')
  const newer = await exchange(app.url, request(user, 'GET /tasks', [], '', '2.0'))
  expectProblem(newer, 400, 'malformed_request')

  const old = await exchange(app.url, post(user, ['Content-Length: 20'], body, '1.0'))
  expect(old?.status).toBe(201)
})

test.each([
  ['no Host', []],
  ['two Hosts', ['Host: x', 'Host: y']],
  ['the same Host twice', ['Host: x', 'Host: x']],
])('a request with %s is refused', async (_what, hosts) => {
  const user = await app.signIn()
  const lines = ['GET /tasks HTTP/1.1', ...hosts, `Authorization: Bearer ${user.token}`]
  expectProblem(await exchange(app.url, `${lines.join('\r\n')}\r\n\r\n`), 400, 'malformed_request')
})

test('HTTP/1.0 needs no Host', async () => {
  const { token } = await app.signIn()
  const answer = await exchange(app.url, `GET /tasks HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  expect(answer?.status).toBe(200)
})

test('a header counts however many stand before it', async () => {
  const user = await app.signIn()
  const fillers = Array.from({ length: 1500 }, () => 'a:')
  const twice = await exchange(
    app.url,
    request(user, 'GET /tasks', [...fillers, 'Authorization: Bearer other']),
  )
  expectProblem(twice, 401, 'unauthenticated')
  expect((await exchange(app.url, request(user, 'GET /tasks', fillers)))?.status).toBe(200)
})

test('pipelined requests are answered in their order', async () => {
  const user = await app.signIn()
  const connection = await RawConnection.open(app.url)
  const titles = Array.from({ length: 50 }, (_, i) => `Task ${i}`)
  const sent = titles.map((title) => {
    const json = JSON.stringify({ title })
    return post(user, [`Content-Length: ${json.length}`], json) + request(user, 'GET /livez')
  })
  connection.send(sent.join(''))
  for (const title of titles) {
    expect((await connection.answer())?.body).toContain(`"title":"${title}"`)
    expect((await connection.answer())?.body).toBe('{"status":"ok"}')
  }
  connection.destroy()
  expect(await totalOf(user)).toBe(50)
})

test('a target in absolute form is the resource that it names, token and all', async () => {
  const user = await app.signIn()
  expect((await exchange(app.url, request(user, 'GET http://x/tasks?page=1')))?.status).toBe(200)
  expect((await exchange(app.url, request(user, 'GET HTTPS://x/tasks')))?.status).toBe(200)
  expectProblem(await exchange(app.url, request(user, 'GET http://x/nowhere')), 404, 'not_found')
  for (const path of ['/tasks', '/tasks/', '/trash', '/me']) {
    const anonymous = await exchange(app.url, `GET http://x${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expectProblem(anonymous, 401, 'unauthenticated')
  }
})

test('a path that is spelled with escapes asks for a token like any other', async () => {
  const user = await app.signIn()
  for (const path of ['/%74asks', '/task%73/', '/%74asks/0190a000-0000-7000-8000-000000000000']) {
    const anonymous = await exchange(app.url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    expectProblem(anonymous, 401, 'unauthenticated')
  }
  expect((await exchange(app.url, request(user, 'GET /%74asks')))?.status).toBe(200)
})

test.each([
  ['GET *', 400, 'malformed_request'],
  ['OPTIONS *', 404, 'not_found'],
  ['GET //tasks', 404, 'not_found'],
  ['GET /TASKS', 404, 'not_found'],
  ['GET /tasks/%ZZ', 400, 'malformed_request'],
  ['GET /%', 400, 'malformed_request'],
  ['GET /tasks/%00', 422, 'validation_failed'],
  ['GET /tasks/%ED%A0%80', 400, 'malformed_request'],
  ['GET /docs/static/../../package.json', 403, 'forbidden'],
  ['GET /docs/static/..%2f..%2f..%2fpackage.json', 404, 'not_found'],
  ['PROPFIND /tasks', 405, 'method_not_allowed'],
  ['TRACE /tasks', 405, 'method_not_allowed'],
  ['BREW /tasks', 400, 'malformed_request'],
  ['get /tasks', 400, 'malformed_request'],
  ['CONNECT x:80', 405, 'method_not_allowed'],
])('%s is refused as a problem', async (line, status, code) => {
  const user = await app.signIn()
  expectProblem(await exchange(app.url, request(user, line)), status, code)
})

test('headers and URLs that are too long are refused as a problem', async () => {
  const user = await app.signIn()
  const long = 'a'.repeat(20_000)
  expectProblem(
    await exchange(app.url, request(user, 'GET /tasks', [`X-A: ${long}`])),
    431,
    'malformed_request',
  )
  expectProblem(await exchange(app.url, request(user, `GET /tasks?q=${long}`)), 431, 'malformed_request')
  expectProblem(
    await exchange(app.url, request(user, `GET /tasks/${'a'.repeat(14_000)}`)),
    414,
    'malformed_request',
  )
  expectProblem(
    await exchange(app.url, request(user, `GET /tasks/${'a'.repeat(8000)}`)),
    422,
    'validation_failed',
  )
})

test('Expect: 100-continue is answered, and other expectations and upgrades are read over', async () => {
  const user = await app.signIn()
  const connection = await RawConnection.open(app.url)
  connection.send(post(user, ['Expect: 100-continue', 'Content-Length: 20'], ''))
  expect((await connection.answer())?.status).toBe(100)
  connection.send(body)
  expect((await connection.answer())?.status).toBe(201)
  connection.destroy()

  const other = await exchange(app.url, post(user, ['Expect: 200-maybe', 'Content-Length: 20'], body))
  expect(other?.status).toBe(201)
  for (const upgrade of ['websocket', 'h2c']) {
    const headers = ['Connection: Upgrade', `Upgrade: ${upgrade}`]
    expect((await exchange(app.url, request(user, 'GET /tasks', headers)))?.status).toBe(200)
  }
})

test('bytes that are not HTTP are refused, and the next caller is served', async () => {
  const user = await app.signIn()
  const tls = Buffer.from('16030102000100', 'hex')
  expectProblem(await exchange(app.url, tls), 400, 'malformed_request')
  expectProblem(await exchange(app.url, 'nonsense\r\n\r\n'), 400, 'malformed_request')
  expectProblem(await exchange(app.url, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400, 'malformed_request')
  expect(await totalOf(user)).toBe(0)
})
