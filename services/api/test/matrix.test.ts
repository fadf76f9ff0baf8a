import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp, testSecret, token } from './support/app.ts'
import { Client } from './support/client.ts'
import { use } from './support/exchange.ts'
import type { Face } from './support/face.ts'
import { recordRoutes } from './support/route-recorder.ts'
import { routeUseOf } from './support/route-uses.ts'
import { signed } from './support/tokens.ts'

/*
 * Every route that the app registers × every kind of caller × every kind of id. The rows come from the app, the
 * answers from support/route-uses.ts; a route without an entry there fails.
 */

const [issuer, audience] = ['https://issuer.example', 'tasklane']
const { routes, result: app } = await recordRoutes(() =>
  startTestApp({ JWT_ISSUER: issuer, JWT_AUDIENCE: audience }),
)
const builtIn = await recordRoutes(() => startTestApp({ JWT_SECRET: '' }))
afterAll(() => Promise.all([app.close(), builtIn.result.close()]))

const opensTo = (who: string) => (route: string) => routeUseOf(route)?.opensTo === who
const callersRoutes = routes.filter(opensTo('caller'))

const claims = { iss: issuer, aud: audience }
const anHourAgo = Math.floor(Date.now() / 1000) - 3600
const strangeKey = new TextEncoder().encode(`not ${testSecret}`)

/** By what a caller without a good token sends; each names the user it would be. */
const impostors: Record<string, (sub: string) => Promise<string | undefined>> = {
  'no token': async () => undefined,
  'no JWT': async () => 'Bearer not-a-token',
  'a token with another signature': async (sub) =>
    `Bearer ${await signed({ ...claims, sub, exp: anHourAgo + 7200 }, strangeKey)}`,
  'an expired token': async (sub) =>
    `Bearer ${await token({ ...claims, sub, iat: anHourAgo - 60, exp: anHourAgo })}`,
  "another issuer's token": async (sub) =>
    `Bearer ${await token({ ...claims, sub, iss: 'https://elsewhere.example' })}`,
  "another audience's token": async (sub) => `Bearer ${await token({ ...claims, sub, aud: 'other' })}`,
}

interface Person {
  id: string
  authorization: string
  client: Client
  live: string
  deleted: string
}

/** A fresh user with a task and a deleted task. */
async function arrange(at: TestApp): Promise<Person> {
  const id = randomUUID()
  const jwt = await token({ ...claims, sub: id })
  const client = new Client(at.url, jwt)
  const title = `Private to ${id}`
  const { body } = await client.post('/tasks/batch', { operations: Array(2).fill({ op: 'create', title }) })
  const [live, deleted] = body.results.map((result: { task: { id: string } }) => result.task.id)
  expect((await client.delete(`/tasks/${deleted}`)).status).toBe(204)
  return { id, authorization: `Bearer ${jwt}`, client, live, deleted }
}

/** Each id that a caller could try: whose it is and what became of it. */
const kindsOfId = {
  'their own': (caller: Person, _other: Person) => caller.live,
  "a stranger's": (_caller: Person, other: Person) => other.live,
  'their own deleted': (caller: Person, _other: Person) => caller.deleted,
  "a stranger's deleted": (_caller: Person, other: Person) => other.deleted,
  'one that never was': () => randomUUID(),
}
type KindOfId = keyof typeof kindsOfId
const everyKindOfId = Object.keys(kindsOfId) as KindOfId[]

const found = { live: 'their own', trashed: 'their own deleted' } as const

test.each([...new Set([...routes, ...builtIn.routes])])('%s is in the table of routes', (route) => {
  expect(routeUseOf(route), `${route}: say in test/support/route-uses.ts how it is used`).toBeDefined()
})

/** Whom the impostors are after. Every one of them leaves these two as they are, and is refused alike. */
const victims = await Promise.all([arrange(app), arrange(app)])

describe.each(callersRoutes)('%s', (route) => {
  test.each(Object.keys(impostors))('tells nothing to a caller with %s', async (kind) => {
    const [owner, other] = victims
    const before = await owner.client.get('/tasks')
    const authorization = await impostors[kind]?.(owner.id)
    const answers: Face[] = []
    for (const pick of Object.values(kindsOfId)) {
      answers.push(await use(app.url, route, pick(owner, other), authorization))
    }
    const problem = authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
    expect(answers[0]).toMatchObject({ status: 401, headers: { 'www-authenticate': problem } })
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect((await owner.client.get('/tasks')).text).toBe(before.text)
  })
})

const finding = callersRoutes.flatMap((route) => {
  const { finds, refuses = 404, answers = 0 } = routeUseOf(route) ?? {}
  return finds === undefined ? [] : [{ route, finds, refuses, answers }]
})

describe.each(finding)('$route', ({ route, finds, refuses, answers }) => {
  test('finds one kind of id, and tells of the others nothing', async () => {
    const [owner, stranger] = [await arrange(app), await arrange(app)]
    for (const [caller, other] of [
      [owner, stranger],
      [stranger, owner],
    ] as const) {
      const before = await other.client.get('/tasks')
      const refusals: Face[] = []
      for (const kind of everyKindOfId.filter((kind) => kind !== found[finds])) {
        refusals.push(await use(app.url, route, kindsOfId[kind](caller, other), caller.authorization))
      }
      expect(refusals[0]?.status).toBe(refuses)
      for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
      // The refusals mean nothing unless all of it was there, untouched.
      expect((await other.client.get('/tasks')).text).toBe(before.text)
      const own = kindsOfId[found[finds]](caller, other)
      expect((await use(app.url, route, own, caller.authorization)).status).toBe(answers)
    }
  })
})

describe.each(callersRoutes.filter((route) => routeUseOf(route)?.finds === undefined))('%s', (route) => {
  test('shows and changes nothing of a stranger', async () => {
    const [owner, stranger] = [await arrange(app), await arrange(app)]
    const before = await owner.client.get('/tasks')
    const answer = await use(app.url, route, randomUUID(), stranger.authorization)
    expect(answer.status).toBe(routeUseOf(route)?.answers)
    for (const secret of [owner.id, owner.live, owner.deleted]) {
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain(secret)
    }
    expect((await owner.client.get('/tasks')).text).toBe(before.text)
  })
})

describe.each(routes.filter(opensTo('anybody')))('%s', (route) => {
  test('answers anybody, and knows nobody', async () => {
    const owner = await arrange(app)
    const answers = [
      await use(app.url, route, randomUUID()),
      await use(app.url, route, randomUUID(), 'Bearer not-a-token'),
      await use(app.url, route, randomUUID(), owner.authorization),
    ]
    for (const { status, text } of answers) {
      expect(status).toBe(routeUseOf(route)?.answers)
      expect(text).not.toContain(owner.live)
    }
  })
})

describe.each(builtIn.routes.filter(opensTo('session')))('%s', (route) => {
  test('is closed to everybody without a session', async () => {
    const { url } = builtIn.result
    const email = `${randomUUID()}@example.com`
    const anonymous = builtIn.result.anonymous
    const { body: session } = await anonymous.post('/auth/sign-up/email', { email, password: 'long enough' })
    const forged = session.token.replace(/^./, (first: string) => (first === 'A' ? 'B' : 'A'))
    const refusals: Face[] = []
    for (const bearer of [undefined, 'Bearer not-a-token', `Bearer ${forged}`]) {
      refusals.push(await use(url, route, randomUUID(), bearer))
    }
    expect(refusals[0]?.status).toBe(401)
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
    const answer = await use(url, route, randomUUID(), `Bearer ${session.token}`)
    expect(answer.status).toBe(routeUseOf(route)?.answers)
  })
})
