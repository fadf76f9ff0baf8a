import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshEmail, startIssuingApp, withToken } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'
import { use } from './support/exchange.ts'
import { toYaml } from './support/openapi-yaml.ts'

const contract = resolve(import.meta.dirname, '../../../specs/006-task-crud-api/contracts/tasks-api.yaml')

type Content = Record<string, { schema: unknown }>
interface Operation {
  operationId?: string
  security?: object[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

let app: TestApp
let operations: { path: string; method: string; operation: Operation }[]
beforeAll(async () => {
  // The contract is what the default configuration serves: with the built-in issuer.
  app = await startIssuingApp()
  const { paths } = (await app.anonymous.get('/openapi.json')).body
  operations = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
})
afterAll(() => app.close())

test('the contract that is kept with the specification is what the code serves', async () => {
  const { body } = await app.anonymous.get('/openapi.json')
  const hint = 'run `npm run generate` and look at what changed'
  await expect(toYaml(body), hint).toMatchFileSnapshot(contract)
})

test('the five endpoints are described, with what they answer', () => {
  const described = operations
    .filter(({ path }) => path === '/tasks' || path === '/tasks/{id}')
    .map(({ path, method, operation }) => [
      `${method} ${path}`,
      Object.keys(operation.responses).filter((status) => status < '429'),
    ])
  const always = ['400', '401', '422']
  expect(Object.fromEntries(described)).toMatchObject({
    'get /tasks': expect.arrayContaining(['200', ...always]),
    'post /tasks': expect.arrayContaining(['201', ...always, '413', '415']),
    'get /tasks/{id}': expect.arrayContaining(['200', ...always, '404']),
    'patch /tasks/{id}': expect.arrayContaining(['200', ...always, '404', '413', '415']),
    'delete /tasks/{id}': expect.arrayContaining(['204', ...always, '404', '413', '415']),
  })
})

/** What the service asks for, by what it lets in: it is asked with nothing, a session token and an access token. */
async function neededBy(route: string): Promise<string[]> {
  const credentials = { email: freshEmail(), password: 'long enough' }
  const session = (await app.anonymous.post('/auth/sign-up/email', credentials)).body.token
  const { token = '' } = await withToken(app, session)
  const isLetIn = async (authorization?: string) =>
    (await use(app.url, route, randomUUID(), authorization)).status !== 401
  const sent = { session: `Bearer ${session}`, bearer: `Bearer ${token}` }
  const letIn: string[] = []
  for (const [name, authorization] of Object.entries(sent)) {
    if (await isLetIn(authorization)) letIn.push(name)
  }
  return (await isLetIn()) ? [] : letIn
}

test('an operation asks for a token exactly where the service does', async () => {
  expect(operations.length).toBeGreaterThan(5)
  for (const { path, method, operation } of operations) {
    const route = `${method.toUpperCase()} ${path.replace('{id}', ':id')}`
    const schemes = (operation.security ?? []).flatMap((scheme) => Object.keys(scheme))
    // A session comes as a cookie as well, where it comes in the header.
    expect(
      schemes.filter((name) => name !== 'sessionCookie'),
      route,
    ).toEqual(await neededBy(route))
  }
})

test('every operation has a name of its own, and every refusal of it is a problem', () => {
  const names = operations.map(({ operation }) => operation.operationId)
  expect(names).not.toContain(undefined)
  expect(new Set(names).size).toBe(operations.length)
  for (const { operation } of operations) {
    for (const [status, { content, description }] of Object.entries(operation.responses)) {
      expect(description).not.toBe('')
      if (status < '400') continue
      expect(Object.keys(content ?? {})).toEqual(['application/problem+json'])
      expect(Object.values(content ?? {})[0]?.schema).toEqual({ $ref: '#/components/schemas/Problem' })
    }
  }
})

test('every code of an error is in the contract', async () => {
  const { components } = (await app.anonymous.get('/openapi.json')).body
  expect(components.schemas.Problem.properties.code.enum).toEqual([
    'malformed_request',
    'unauthenticated',
    'forbidden',
    'not_found',
    'method_not_allowed',
    'conflict',
    'gone',
    'precondition_failed',
    'payload_too_large',
    'unsupported_media_type',
    'validation_failed',
    'idempotency_key_reused',
    'quota_exceeded',
    'rate_limited',
    'internal',
    'unavailable',
  ])
})

test('a body is described in one media type, so that no generated client has to choose', async () => {
  const bodies = operations.flatMap(({ operation }) => operation.requestBody ?? [])
  expect(bodies.length).toBeGreaterThan(5)
  for (const { content } of bodies) expect(Object.keys(content)).toHaveLength(1)
  const patch = operations.find(({ operation }) => operation.operationId === 'updateTask')
  expect(Object.keys(patch?.operation.requestBody?.content ?? {})).toEqual(['application/json'])
})

test('what is not one JSON value is described as text', () => {
  const texts = operations.flatMap(({ operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)].flatMap((described) =>
      Object.entries(described?.content ?? {}).filter(([mediaType]) => !/[/+]json$/.test(mediaType)),
    ),
  )
  expect(texts.map(([mediaType]) => mediaType).toSorted()).toEqual([
    'application/x-ndjson',
    'text/event-stream',
    'text/plain',
  ])
  for (const [, { schema }] of texts) expect(schema).toMatchObject({ type: 'string' })
})
