import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { freshEmail } from './support/accounts.ts'
import { apiFolder } from './support/build.ts'
import { Client } from './support/client.ts'
import { createSurroundings, type Surroundings } from './support/service.ts'

const issuing = { JWT_SECRET: '', AUTH_SECRET: 'an AUTH_SECRET for tests, 32 bytes or more', SIGN_UP: 'off' }
const open = { ...issuing, SIGN_UP: 'on' }
const bin = join(apiFolder, 'bin/tasklane.js')
const [password, other] = ['correct horse', 'battery staple']

let surroundings: Surroundings
beforeEach(async () => {
  surroundings = await createSurroundings()
})
afterEach(() => surroundings.remove())

const environment = (env: NodeJS.ProcessEnv = {}) => {
  const { PATH, TERM } = process.env
  return { PATH, TERM, ...surroundings.env, ...issuing, ...env }
}

interface Outcome {
  code: number | null
  output: string
}

/** Runs `tasklane` with this on its standard input. */
function tasklane(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { env: environment(env) })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

interface Here {
  url: string
}

const signUp = ({ url }: Here, email: string) =>
  new Client(url).post('/auth/sign-up/email', { email, password })
const signIn = ({ url }: Here, email: string, password: string) =>
  new Client(url).post('/auth/sign-in/email', { email, password })

async function callerOf({ url }: Here, session: string): Promise<Client> {
  return new Client(url, (await new Client(url, session).get('/auth/token')).body.token)
}

test('an operator makes an account where sign-up is closed, and its owner signs in', async () => {
  const email = freshEmail()
  const made = await tasklane(['user', 'create', email.toUpperCase()], `${password}\n`)
  expect(made).toEqual({ code: 0, output: `Made an account for ${email}.\n` })
  const again = await tasklane(['user', 'create', email], other)
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('exists already')])

  const service = await surroundings.start(issuing)
  expect((await signUp(service, freshEmail())).status).toBe(403)
  expect((await signIn(service, email, other)).status).toBe(401)
  const session = await signIn(service, email, password)
  expect(session.status).toBe(200)
  const caller = await callerOf(service, session.body.token)
  expect((await caller.post('/tasks', { title: 'Buy milk' })).status).toBe(201)
})

test('another password ends the sessions of the account and no others, and the old one opens nothing', async () => {
  const [email, bystander] = [freshEmail(), freshEmail()]
  const before = await surroundings.startHere(open)
  const [session, theirs] = [await signUp(before, email), await signUp(before, bystander)]
  await before.close()

  const reset = await tasklane(['user', 'reset-password', email], other)
  expect([reset.code, reset.output]).toEqual([0, expect.stringContaining('15 minutes')])
  expect(reset.output).not.toContain(other)

  const after = await surroundings.startHere(open)
  const tokenFor = (token: string) => new Client(after.url, token).get('/auth/token')
  expect((await tokenFor(session.body.token)).status).toBe(401)
  expect((await tokenFor(theirs.body.token)).status).toBe(200)
  expect((await signIn(after, email, password)).status).toBe(401)
  expect((await signIn(after, email, other)).status).toBe(200)
  await after.close()
})

test('a deleted account is gone with all that it had, and the others are as they were', async () => {
  const [email, bystander] = [freshEmail(), freshEmail()]
  const before = await surroundings.startHere(open)
  for (const address of [email, bystander]) {
    const caller = await callerOf(before, (await signUp(before, address)).body.token)
    expect((await caller.post('/tasks', { title: address })).status).toBe(201)
  }
  await before.close()

  const { code } = await tasklane(['user', 'delete', email])
  expect(code).toBe(0)
  const twice = await tasklane(['user', 'delete', email])
  expect([twice.code, twice.output]).toEqual([1, 'No account has this e-mail address\n'])

  const after = await surroundings.startHere(open)
  expect((await signUp(after, email)).status).toBe(200)
  const totalOf = async (address: string) => {
    const caller = await callerOf(after, (await signIn(after, address, password)).body.token)
    return (await caller.get('/tasks')).body.total
  }
  expect([await totalOf(email), await totalOf(bystander)]).toEqual([0, 1])
  await after.close()
})

test('what is wrong is told in one line, and nothing is done', async () => {
  const email = freshEmail()
  const refusals: [string[], string, RegExp, NodeJS.ProcessEnv?][] = [
    [['user', 'create', email], 'short', /^password must be at least 8 characters\n$/],
    [['user', 'create', email], '', /^password must /],
    [['user', 'create', 'nonsense'], password, /^email must be an e-mail address\n$/],
    [['user', 'reset-password', email], password, /^No account has this e-mail address\n$/],
    [['user', 'create'], password, /^It is written: tasklane user create EMAIL\n$/],
    [['user', 'create', email, password], '', /^It is written: tasklane user create EMAIL\n$/],
    [['user', 'rename', email], '', /^There is no command "user rename/],
    [['user', 'create', email], password, /^There are no accounts here/, { JWT_SECRET: 'x'.repeat(32) }],
    [['user', 'create', email], password, /^Cannot start:\n {2}- PORT must/, { PORT: 'x' }],
  ]
  for (const [args, input, message, env] of refusals) {
    const { code, output } = await tasklane(args, input, env)
    expect([code, output], args.join(' ')).toEqual([1, expect.stringMatching(message)])
  }
  const service = await surroundings.startHere(issuing)
  expect((await signIn(service, email, password)).status).toBe(401)
  await service.close()
})

test('beside a running service a command works on PostgreSQL, and on the embedded database names who has it', async () => {
  const service = await surroundings.start(issuing)
  const email = freshEmail()
  if (inject('engine').kind === 'postgres') {
    expect((await tasklane(['user', 'create', email], password)).code).toBe(0)
    expect((await signIn(service, email, password)).status).toBe(200)
  } else {
    const { code, output } = await tasklane(['user', 'create', email], password)
    expect([code, output]).toEqual([1, expect.stringContaining(`in use by process ${service.pid}`)])
    expect(output).toContain('stop that process first')
  }
})

test('at a terminal the password is asked for twice and never shown', async () => {
  const email = freshEmail()
  const command = ['-qefc', `${process.execPath} ${bin} user create ${email}`, '/dev/null']
  const terminal = execFile('script', command, { env: environment() })
  const ended = new Promise<number | null>((resolve) => terminal.once('close', resolve))
  let shown = ''
  terminal.stdout?.on('data', (chunk: string) => {
    const before = shown
    shown += chunk
    for (const question of ['Password: ', 'The same again: ']) {
      if (!before.includes(question) && shown.includes(question)) terminal.stdin?.write(`${password}\r`)
    }
  })
  expect([await ended, shown]).toEqual([0, expect.stringContaining(`Made an account for ${email}.`)])
  expect(shown).not.toContain(password)
})

test('`npx tasklane` is there in a clone', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const root = join(apiFolder, '../..')
    execFile('npx', ['--no-install', 'tasklane', '--help'], { cwd: root }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    )
  })
  for (const words of ['user create EMAIL', 'user reset-password EMAIL', 'user delete EMAIL']) {
    expect(answer).toContain(words)
  }
})
