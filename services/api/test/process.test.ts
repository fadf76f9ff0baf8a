import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { token } from './support/app.ts'
import { RawConnection } from './support/raw.ts'
import { createSurroundings, type Service, type Surroundings } from './support/service.ts'

let surroundings: Surroundings
beforeEach(async () => {
  surroundings = await createSurroundings()
})
afterEach(() => surroundings.remove())

const ends = { SIGTERM: 0, SIGINT: 0, SIGKILL: null } as const

test('what was written is still there after SIGTERM, SIGINT and SIGKILL', async () => {
  const fresh = await createSurroundings('empty')
  const userId = randomUUID()
  const tasks: unknown[] = []
  let service = await fresh.start()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
    const { status, body } = await (await service.signIn(userId)).post('/tasks', {
      title: `Before ${signal}`,
    })
    expect(status).toBe(201)
    tasks.unshift(body)
    service.kill(signal)
    expect((await service.exited).code).toBe(ends[signal])
    service = await fresh.start()
    expect((await (await service.signIn(userId)).get('/tasks')).body.data).toEqual(tasks)
  }
  await fresh.remove()
})

test('a thousand clients that come while the process is busy are all let in at once, and answered', async () => {
  const service = await surroundings.start()
  service.kill('SIGSTOP')
  // Of those that the kernel does not take, none would connect before it has tried again for seconds.
  const connections = await Promise.all(Array.from({ length: 1_000 }, () => RawConnection.open(service.url)))
  for (const connection of connections) connection.send('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
  service.kill('SIGCONT')
  const answers = await Promise.all(connections.map((connection) => connection.answer()))
  for (const connection of connections) connection.destroy()
  expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1_000)
})

test('80 clients under load meet no reset while the service stops', async () => {
  const service = await surroundings.start()
  const bearer = `Bearer ${await token({ sub: randomUUID() })}`
  let isWarm = () => {}
  const warm = new Promise<void>((resolve) => {
    isWarm = resolve
  })
  let answered = 0
  const clients = Array.from({ length: 80 }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      for (;;) {
        const { status, headers } = await ask(service, agent, bearer)
        // So many of them may be told on a busy machine that they are too many, which is an answer as well.
        if (status !== 200 && status !== 503) throw new Error(`The service answered ${status}`)
        if (status === 200) answered += 1
        if (answered === 800) isWarm()
        if (headers.connection === 'close') return
      }
    } finally {
      agent.destroy()
    }
  })
  await Promise.race([warm, Promise.all(clients)])
  service.kill('SIGTERM')
  await Promise.all(clients)
  expect(await service.exited).toEqual({ code: 0, signal: null })
})

test('clients that connect anew for every request meet no reset while the service drains', async () => {
  const service = await surroundings.start()
  const bearer = `Bearer ${await token({ sub: randomUUID() })}`
  let end = Number.POSITIVE_INFINITY
  let answered = 0
  const clients = Array.from({ length: 20 }, async () => {
    while (performance.now() < end) {
      const { status } = await ask(service, new Agent(), bearer)
      if (status !== 200) throw new Error(`The service answered ${status}`)
      answered += 1
    }
  })
  await expect.poll(() => answered).toBeGreaterThan(100)
  service.kill('SIGTERM')
  // Within the half second for which it serves on as if nothing were.
  end = performance.now() + 400
  await Promise.all(clients)
  expect(await service.exited).toEqual({ code: 0, signal: null })
})

test('what came while the service was held up is answered before it stops', async () => {
  const service = await surroundings.start()
  const bearer = `Bearer ${await token({ sub: randomUUID() })}`
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  await ask(service, agent, bearer)
  service.kill('SIGTERM')
  await expect.poll(() => service.output()).toContain('"stopping"')
  service.kill('SIGSTOP')
  // The client waits for longer than the service drains: all its timers are due when it goes on.
  const headers = { authorization: bearer }
  const late = httpRequest(`${service.url}/tasks`, { agent, headers, timeout: 1_000 }).end()
  await once(late, 'timeout')
  service.kill('SIGCONT')
  const [answer] = (await once(late, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(200)
  answer.resume()
  expect(await service.exited).toEqual({ code: 0, signal: null })
})

test('a request whose body is still on its way is finished, and one that never ends holds up no stop', async () => {
  const service = await surroundings.start()
  const [upload, endless] = [await startUpload(service), await startUpload(service)]
  const cut = once(endless, 'error')
  service.kill('SIGTERM')
  await expect.poll(() => service.output()).toContain('"stopping"')
  upload.end('milk"}')
  const [answer] = (await once(upload, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(201)
  answer.resume()
  expect(await service.exited).toEqual({ code: 0, signal: null })
  await cut
})

test('a port in use is said so, and leaves the data to the next start', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const { code, output } = await surroundings.startToFail({ PORT: port })
  other.close()
  expect([code, output]).toEqual([1, expect.stringContaining(`port ${port}: another program uses the port`)])
  expect(output).not.toContain('    at ')
  const service = await surroundings.start()
  expect((await fetch(`${service.url}/readyz`)).status).toBe(200)
})

test('faults of the environment are listed, without a secret, and nothing starts', async () => {
  const { code, output } = await surroundings.startToFail({
    PORT: 'x',
    JWT_SECRET: 'hunter2',
    LOG_LEVEL: 'loud',
  })
  expect(code).toBe(1)
  expect(output).toMatch(/^Cannot start:\n {2}- /)
  for (const name of ['PORT', 'JWT_SECRET', 'LOG_LEVEL']) expect(output).toContain(`- ${name} must be`)
  expect(output).not.toContain('hunter2')
})

test('a database that cannot be reached is said so in the end, without its password', async () => {
  const url = 'postgres://user:hunter2@no-such-host.invalid/tasks'
  const { code, output } = await surroundings.startToFail({ DATABASE_URL: url })
  expect([code, output]).toEqual([1, expect.stringContaining('Cannot use the database at DATABASE_URL')])
  expect(output).toContain('no-such-host.invalid')
  expect(output).not.toContain('hunter2')
})

test('the log of a whole life holds no token, title, e-mail, password or query', async () => {
  const service = await surroundings.start({ JWT_SECRET: '', LOG_LEVEL: 'trace' })
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(service.url + path, init)
    return answer.status === 503 ? ask(path, init) : answer
  }
  const post = (path: string, body: unknown, headers = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const credentials = { email: 'secret-mail@example.com', password: 'secret-password' }
  const { token: session } = (await (await post('/auth/sign-up/email', credentials)).json()) as {
    token: string
  }
  await post('/auth/sign-up/email', credentials)
  await post('/auth/sign-in/email', { ...credentials, password: 'secret-guess' })
  const signedIn = { authorization: `Bearer ${session}` }
  const answer = await ask('/auth/token', { headers: signedIn })
  const { token: jwt } = (await answer.json()) as { token: string }
  const caller = { authorization: `Bearer ${jwt}` }
  await post('/tasks', { title: 'secret-title', description: 'secret-description' }, caller)
  await post('/tasks', { title: 'secret-title\0' }, caller)
  await ask('/tasks?page=secret-query', { headers: caller })
  await ask('/tasks/secret-path?access_token=secret-query', { headers: caller })
  await ask('/secret-path', { headers: { authorization: 'Bearer secret-token' } })
  service.kill('SIGTERM')
  await service.exited

  const lines = service.output().split('\n')
  const answered = lines.filter((line) => line.includes('"msg":"request"') && !line.includes('"status":503'))
  expect(answered).toHaveLength(9)
  expect(service.output()).not.toContain('secret-')
  for (const text of [session, jwt, ...session.split('.'), ...jwt.split('.')]) {
    expect(service.output()).not.toContain(text)
  }
})

function ask({ url }: Service, agent: Agent, authorization: string) {
  return new Promise<{ status: number | undefined; headers: IncomingMessage['headers'] }>(
    (resolve, reject) => {
      const options = { agent, headers: { authorization } }
      const request = httpRequest(`${url}/tasks`, options, (answer) => {
        answer
          .on('error', reject)
          .on('end', () => resolve({ status: answer.statusCode, headers: answer.headers }))
        answer.resume()
      })
      request.on('error', reject).end()
    },
  )
}

/** A POST of which the service has the head and the first bytes. */
async function startUpload({ url }: Service) {
  const request = httpRequest(`${url}/tasks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token({ sub: randomUUID() })}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength('{"title":"Buy milk"}'),
      expect: '100-continue',
    },
  })
  request.flushHeaders()
  await once(request, 'continue')
  request.write('{"title":"Buy ')
  return request
}
