import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../services/api/test/support/free-port.ts'

/**
 * Does the time of an answer tell what the answer itself does not? Compares, in pairs one after the other, another
 * user's ids with ids that nobody has, and known e-mail addresses with unknown ones at sign-in.
 *
 * By hand, on a quiet machine: `npm run bench -- timing`. With DATABASE_URL it measures on PostgreSQL.
 */
const ID_PAIRS = 2000
const SIGN_IN_PAIRS = 100
const TASKS = 200
const MAXIMUM_DIFFERENCE_PERCENT = 5

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const password = 'correct horse battery'

interface Service {
  port: number
  stop: () => Promise<void>
}

type Send = () => Promise<unknown>

async function main(): Promise<void> {
  const service = await startService()
  try {
    process.stdout.write('median ms                        one      other    difference\n')
    const results = [...(await compareIds(service)), await compareSignIns(service)]
    if (results.includes(false)) process.exitCode = 1
  } finally {
    agent.destroy()
    await service.stop()
  }
}

async function compareIds({ port }: Service): Promise<boolean[]> {
  const alice = await signUp(port)
  const bob = await signUp(port)
  const make = async (token: string) =>
    (await call(port, 'POST', '/tasks', { token, body: { title: 'Buy milk' } })).id
  const foreign: string[] = []
  const deleted: string[] = []
  for (let i = 0; i < TASKS; i += 1) {
    foreign.push(await make(alice.token))
    deleted.push(await make(bob.token))
  }
  for (const id of deleted) await call(port, 'DELETE', `/tasks/${id}`, { token: bob.token })
  const asBob = (method: string, id: string) => () =>
    call(port, method, `/tasks/${id}`, {
      token: bob.token,
      ...(method === 'PATCH' && { body: { completed: true } }),
    })

  const results: boolean[] = []
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    for (const [name, ids] of [
      ['foreign', foreign],
      ['deleted', deleted],
    ] as const) {
      const pairs = (i: number): [Send, Send] => [
        asBob(method, ids[i % TASKS] ?? ''),
        asBob(method, like(ids[i % TASKS] ?? '')),
      ]
      results.push(await compare(`${method} ${name}/absent id`, ID_PAIRS, pairs))
    }
  }
  return results
}

/** An id that nobody has, of the same age. */
function like(id: string): string {
  return id.slice(0, 14) + randomUUID().slice(14)
}

async function compareSignIns({ port }: Service): Promise<boolean> {
  const { email } = await signUp(port)
  const signIn = (address: string) => () =>
    call(port, 'POST', '/auth/sign-in/email', {
      body: { email: address, password: 'wrong password' },
      // Of an address of its own each, or the limit on failed sign-ins would answer.
      headers: { 'x-forwarded-for': `10.${[...randomBytes(3)].join('.')}` },
    })
  return compare('sign-in known/unknown address', SIGN_IN_PAIRS, () => [signIn(email), signIn(newEmail())])
}

/** Alternates, and lets chance say which of a pair comes first. */
async function compare(name: string, count: number, pair: (index: number) => [Send, Send]): Promise<boolean> {
  const times: [number[], number[]] = [[], []]
  for (let i = -Math.ceil(count / 10); i < count; i += 1) {
    const sends = pair(Math.abs(i))
    const first = Math.random() < 0.5 ? 0 : 1
    for (const which of first === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const start = performance.now()
      await sends[which]()
      if (i >= 0) times[which].push(performance.now() - start)
    }
  }
  const [one, other] = [median(times[0]), median(times[1])]
  const percent = (Math.abs(one - other) / Math.min(one, other)) * 100
  const isFine = percent <= MAXIMUM_DIFFERENCE_PERCENT
  const columns = [
    name.padEnd(32),
    one.toFixed(4).padEnd(8),
    other.toFixed(4).padEnd(8),
    `${percent.toFixed(1)} %`,
  ]
  process.stdout.write(`${columns.join(' ')}${isFine ? '' : '   more than it may be'}\n`)
  return isFine
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const newEmail = () => `${randomUUID()}@example.com`

async function signUp(port: number): Promise<{ email: string; token: string }> {
  const email = newEmail()
  const session = await call(port, 'POST', '/auth/sign-up/email', { body: { email, password } })
  const { token } = await call(port, 'GET', '/auth/token', { token: session.token })
  return { email, token }
}

interface Call {
  token?: string
  body?: object
  headers?: Record<string, string>
}

/** The answer's `id` and `token`, where it has them. */
function call(
  port: number,
  method: string,
  path: string,
  sent: Call,
): Promise<{ id: string; token: string }> {
  const body = sent.body === undefined ? undefined : JSON.stringify(sent.body)
  const headers = {
    ...sent.headers,
    ...(sent.token !== undefined && { authorization: `Bearer ${sent.token}` }),
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, async (response) => {
      let text = ''
      for await (const chunk of response) text += String(chunk)
      const { id = '', token = '' } = text === '' ? {} : (JSON.parse(text) as { id?: string; token?: string })
      resolve({ id, token })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function startService(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-timing-'))
  const port = await freePort()
  const env = {
    ...process.env,
    PORT: String(port),
    DATA_DIR: folder,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    RATE_LIMIT_PER_MINUTE: '0',
    MAX_TASKS_PER_USER: '0',
    TRUST_PROXY: 'loopback',
    LOG_LEVEL: 'silent',
  }
  const main = new URL('../../../../services/api/dist/main.js', import.meta.url)
  const child = spawn(process.execPath, [main.pathname], { env, stdio: 'inherit' })
  await untilReady(port, child)
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The service did not start')
}

await main()
