import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { RawConnection } from '../test/support/raw.ts'
import type { Service } from '../test/support/service.ts'
import { at } from './support/body.ts'
import { conclude, leave } from './support/conclude.ts'
import { Crowd, lastingToken } from './support/crowd.ts'
import { embeddedHome, type Home, serverHome } from './support/home.ts'
import { type Outcome, type Question, send, sendUntilDone } from './support/send.ts'

const MANY = 500

const homes: Home[] = []
afterEach(async () => {
  for (const home of homes.splice(0)) await home.remove()
})
async function kept<T extends Home>(made: Promise<T>): Promise<T> {
  const home = await made
  homes.push(home)
  return home
}

test('a service that is stopped under load answers all that it took, and keeps all that it acknowledged', async () => {
  const home = await kept(serverHome())
  const service = await home.start()
  const crowd = await Crowd.gather({ leaves: true })
  crowd.start(service.url)
  await crowd.answered(200)
  service.kill('SIGTERM')
  const stoppedAt = performance.now()
  await crowd.left()
  const { code } = await service.exited
  const next = await home.start()
  const recoveredMilliseconds = performance.now() - stoppedAt
  crowd.start(next.url)
  await conclude('SIGTERM under load', crowd, { recoveredMilliseconds })
  expect(code).toBe(0)
})

test('users are served while five hundred clients read nothing, and five hundred send nothing more', async () => {
  const home = await kept(embeddedHome())
  const service = await home.start()
  const crowd = await Crowd.gather()
  crowd.start(service.url)
  await crowd.answered(100)
  const slow = await openSlowClients(service, await tokenOfMuch(service))
  await crowd.answered(200)
  for (const connection of slow) connection.destroy()
  await crowd.answered(100)
  await conclude(`${MANY} slow readers and ${MANY} slow senders`, crowd)
})

test('users are served while a hundred people sign up at once, and each is told whether it was done', async () => {
  const home = await kept(serverHome())
  const service = await home.start({
    JWT_SECRET: '',
    AUTH_SECRET: 'for the tests of faults, 32 bytes or more',
  })
  const agent = new Agent({ keepAlive: true })
  const tokens = [await newcomer(service, agent), await newcomer(service, agent)]
  const crowd = await Crowd.gather({ tokens })
  crowd.start(service.url)
  await crowd.answered(100)
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => signUp(service, agent)))
  await crowd.answered(100)
  const wrong = outcomes.flatMap(({ answer, broken }) => {
    const isRefused = answer?.status === 503 && answer.retryAfter !== undefined
    return answer?.status === 200 || isRefused ? [] : [`a sign-up was ${answer?.status ?? broken}`]
  })
  const made = outcomes.filter(({ answer }) => answer?.status === 200)
  await Promise.all(made.map((outcome) => accessToken(service, agent, outcome)))
  agent.destroy()
  await conclude('100 sign-ups at once', crowd, { wrong })
})

test('a creation whose first answer is dropped, and that is sent five times more, is done once', async () => {
  const home = await kept(embeddedHome())
  const service = await home.start()
  const agent = new Agent({ keepAlive: true })
  const users = await Promise.all(Array.from({ length: 10 }, () => lastingToken(randomUUID())))
  const found = await Promise.all(users.map((token) => createWithoutAnswer(service, agent, token)))
  agent.destroy()
  const slowest = Math.max(...found.map(({ slowestMilliseconds }) => slowestMilliseconds))
  leave({
    fault: 'first answer dropped, then sent five times more with its key',
    tried: users.length,
    acknowledged: found.filter(({ ids }) => ids.length === 1).length,
    lost: found.filter(({ total }) => total === 0).length,
    wrong: found.filter(({ ids, total }) => total > 1 || ids.length > 1).length,
    slowestMilliseconds: slowest,
    recoveredMilliseconds: undefined,
  })
  for (const { ids, total } of found) expect([ids.length, total]).toEqual([1, 1])
})

/** Of a user whose list fills more than a socket takes. */
async function tokenOfMuch({ url }: Service): Promise<string> {
  const agent = new Agent()
  const token = await lastingToken(randomUUID())
  const create = { op: 'create', title: 'Much', description: 'x'.repeat(1_500) }
  const body = { operations: Array.from({ length: 100 }, () => create) }
  const { answer } = await sendUntilDone(url, agent, { method: 'POST', path: '/tasks/batch', token, body })
  if (answer?.status !== 200) throw new Error(`The batch was answered with ${answer?.status}`)
  return token
}

/** Half of them ask for much and read nothing of it; the others begin a request that never ends. */
async function openSlowClients({ url }: Service, token: string): Promise<RawConnection[]> {
  const head = (method: string, length: number) =>
    `${method} /tasks${method === 'GET' ? '?per_page=100' : ''} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
  const readers = Array.from({ length: MANY }, async () => {
    const connection = await RawConnection.open(url)
    connection.socket.pause()
    connection.send(head('GET', 0))
    return connection
  })
  const senders = Array.from({ length: MANY }, async () => {
    const connection = await RawConnection.open(url)
    connection.send(`${head('POST', 1000)}{"title":"`)
    return connection
  })
  return Promise.all([...readers, ...senders])
}

/** Tries until there is a turn: a busy machine takes its time for a password. */
async function newcomer(service: Service, agent: Agent): Promise<string> {
  for (;;) {
    const outcome = await signUp(service, agent)
    if (outcome.answer?.status === 200) return accessToken(service, agent, outcome)
  }
}

function signUp({ url }: Service, agent: Agent): Promise<Outcome> {
  const body = { email: `${randomUUID()}@example.com`, password: 'correct horse battery staple' }
  return send(url, agent, { method: 'POST', path: '/auth/sign-up/email', body })
}

async function accessToken({ url }: Service, agent: Agent, { answer }: Outcome): Promise<string> {
  const session = String(at(answer?.body, 'token'))
  const minted = await sendUntilDone(url, agent, { method: 'GET', path: '/auth/token', token: session })
  if (minted.answer?.status !== 200) throw new Error(`No token: ${JSON.stringify(minted)}`)
  return String(at(minted.answer.body, 'token'))
}

async function createWithoutAnswer({ url }: Service, agent: Agent, token: string) {
  const body = JSON.stringify({ title: 'Once' })
  const key = randomUUID()
  const dropped = await RawConnection.open(url)
  dropped.send(
    `POST /tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await dropped.until(/^HTTP/)
  dropped.destroy()
  const question: Question = {
    method: 'POST',
    path: '/tasks',
    token,
    headers: { 'idempotency-key': key },
    body: { title: 'Once' },
  }
  const answers = await Promise.all(Array.from({ length: 5 }, () => sendUntilDone(url, agent, question)))
  const list = await sendUntilDone(url, agent, { method: 'GET', path: '/tasks', token })
  return {
    ids: [...new Set(answers.map(({ answer }) => String(at(answer?.body, 'id'))))],
    total: Number(at(list.answer?.body, 'total')),
    slowestMilliseconds: Math.max(...answers.map(({ tookMilliseconds }) => tookMilliseconds)),
  }
}
