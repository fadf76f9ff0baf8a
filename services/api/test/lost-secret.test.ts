import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEmail } from './support/accounts.ts'
import { type Answer, Client } from './support/client.ts'
import { createSurroundings, type Surroundings } from './support/service.ts'

let surroundings: Surroundings
beforeEach(async () => {
  surroundings = await createSurroundings()
})
afterEach(() => surroundings.remove())

const document = readFileSync(join(import.meta.dirname, '../../../docs/tokens.md'), 'utf8')
const [, section = ''] = document.split('## AUTH_SECRET is lost')
const [, block = ''] = /```bash\n([^`]+)```/.exec(section) ?? []
/** The arguments of the documents' steps: the last one starts the service. */
const steps = block
  .trim()
  .split('\n')
  .map((line) => line.replace('node services/api/dist/main.js', '').trim().split(' ').filter(Boolean))

const builtIn = { JWT_SECRET: '' }
const email = freshEmail()
const password = 'correct horse'

async function signIn(url: string): Promise<string> {
  const answer = await new Client(url).post('/auth/sign-in/email', { email, password })
  expect(answer.status).toBe(200)
  return answer.body.token
}

async function tasksOf(url: string, session: string): Promise<Answer> {
  const { body } = await new Client(url, session).get('/auth/token')
  return new Client(url, body.token).get('/tasks')
}

test('a lost AUTH_SECRET costs the sessions and nothing else, by the steps of the documents', async () => {
  const first = await surroundings.startHere(builtIn)
  const { body: account } = await new Client(first.url).post('/auth/sign-up/email', { email, password })
  const { body: access } = await new Client(first.url, account.token).get('/auth/token')
  const { body: task } = await new Client(first.url, access.token).post('/tasks', { title: 'Buy milk' })
  await first.close()

  rmSync(join(surroundings.env.DATA_DIR ?? '', 'auth-secret'))
  const refused = await surroundings.startToFail(builtIn)
  expect(refused.code).toBe(1)
  expect(refused.output).toContain('start once with --forget-signing-keys')

  expect(steps).toEqual([['--forget-signing-keys'], []])
  const forgotten = await surroundings.startToFail(builtIn, steps[0])
  expect(forgotten).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^Forgot 1 signing keys and 1 sessions/),
  })

  const second = await surroundings.start(builtIn)
  expect((await new Client(second.url, account.token).get('/auth/token')).status).toBe(401)
  expect((await new Client(second.url, access.token).get('/tasks')).status).toBe(401)
  const session = await signIn(second.url)
  expect((await tasksOf(second.url, session)).body.data).toEqual([task])
})

test('where the built-in issuer is off there are no signing keys to forget', async () => {
  const { code, output } = await surroundings.startToFail({}, ['--forget-signing-keys'])
  expect([code, output]).toEqual([1, expect.stringContaining('the built-in issuer is off')])
})
