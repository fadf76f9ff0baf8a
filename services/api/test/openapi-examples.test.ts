import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp as newAccount } from './support/accounts.ts'
import { startTestApp, type TestApp } from './support/app.ts'
import { type Answer, Client } from './support/client.ts'

interface Described {
  name?: string
  schema?: object
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation {
  operationId: string
  parameters?: Described[]
  requestBody?: { content: Record<string, Described> }
  responses: Record<string, { content?: Record<string, Described> }>
}
interface Route {
  path: string
  method: string
  operation: Operation
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { examples?: unknown[]; properties?: Record<string, object> }> }
}

/** With tokens of the test's own; and once more with the built-in issuer, for what only it has. */
let app: TestApp
let issuer: TestApp
let document: Document
let routes: Route[]
beforeAll(async () => {
  ;[app, issuer] = await Promise.all([startTestApp(), startTestApp({ JWT_SECRET: '' })])
  document = (await issuer.anonymous.get('/openapi.json')).body
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
})
afterAll(() => Promise.all([app.close(), issuer.close()]))

/** Whatever has an example of its own, by where it stands. */
function described(): [place: string, Described][] {
  return routes.flatMap(({ operation: { operationId, parameters = [], requestBody, responses } }) => [
    ...parameters.map((parameter): [string, Described] => [`${operationId} ${parameter.name}`, parameter]),
    ...Object.entries({ ...responses, body: requestBody }).flatMap(([status, body]) =>
      Object.values(body?.content ?? {}).map((content): [string, Described] => [
        `${operationId} ${status}`,
        content,
      ]),
    ),
  ])
}

const examplesOf = ({ example, examples = {} }: Described): unknown[] =>
  example === undefined ? Object.values(examples).map(({ value }) => value) : [example]

test('every schema, parameter, body and answer has an example', () => {
  const without = described().filter(([, of]) => examplesOf(of).length === 0)
  expect(without.map(([place]) => place)).toEqual([])
  for (const [name, { examples = [], properties = {} }] of Object.entries(document.components.schemas)) {
    expect(examples, name).not.toEqual([])
    for (const [property, schema] of Object.entries(properties)) {
      const isTold = ['examples', 'enum', '$ref', 'items'].some((keyword) => keyword in schema)
      expect(isTold, `${name}.${property}`).toBe(true)
    }
  }
})

test('every example is what its schema says', () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  ajv.addFormat('email', /^[^@]+@example\.com$/)
  ajv.addSchema(document, 'api.json')
  const validators = new Map<string, ValidateFunction>()
  const validatorOf = (schema: object) => {
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api.json#/')
    const validate = validators.get(text) ?? ajv.compile(JSON.parse(text))
    validators.set(text, validate)
    return validate
  }
  const named = Object.entries(document.components.schemas).flatMap(([name, schema]): [string, Described][] =>
    [schema, ...Object.values<{ examples?: unknown[] }>({ ...schema.properties })].flatMap((inner) =>
      (inner.examples ?? []).map((example): [string, Described] => [name, { schema: inner, example }]),
    ),
  )
  const all = [...described(), ...named]
  expect(all.length).toBeGreaterThan(300)
  for (const [place, of] of all) {
    const validate = validatorOf(of.schema ?? {})
    for (const example of examplesOf(of)) {
      validate(example)
      expect(validate.errors, `${place}: ${JSON.stringify(example)}`).toBeNull()
    }
  }
})

/** A request that gets each refusal which any route of its kind gives. */
const provocations: Record<string, (send: Send, route: Route) => Promise<Answer>> = {
  '400 malformed_request': (send, { path }) => send(`${path}?x=%ff`),
  '404 not_found': (send, { path }) => send(path),
  '412 precondition_failed': (send, { path }) => send(path, { headers: { 'if-match': '"0"' } }),
  '413 payload_too_large': (send, { path }) => send(path, { body: `"${'x'.repeat(2 ** 20)}"` }),
  '414 malformed_request': (send, { path }) => send(`${path}?${'x'.repeat(8200)}`),
  '415 unsupported_media_type': (send, { path }) =>
    send(path, { body: 'x', headers: { 'content-type': 'application/xml' } }),
  '422 validation_failed': (send, { path }) => send(`${path}?colour=red`),
}
interface Sent {
  body?: string
  headers?: Record<string, string>
}
type Send = (path: string, sent?: Sent) => Promise<Answer>

const absentId = '01979f3e-0000-7000-8000-000000000000'

test('the example of a refusal is what is answered', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'x' })
  const session = new Client(issuer.url, (await newAccount(issuer)).session)
  let compared = 0
  for (const route of routes) {
    const { path, method, operation } = route
    const caller = path.startsWith('/auth') || path.startsWith('/.well-known') ? session : user
    for (const [status, { content = {} }] of Object.entries(operation.responses)) {
      for (const [code, { value }] of Object.entries(content['application/problem+json']?.examples ?? {})) {
        const provoke = provocations[`${status} ${code}`]
        const isOfImport = path === '/me/import' && status === '413'
        const isOfBatch = path === '/tasks/batch' && ['404', '412'].includes(status)
        if (provoke === undefined || isOfImport || isOfBatch) continue
        const id = status === '412' ? task.id : absentId
        const answer = await provoke(
          (to, { body, headers } = {}) =>
            caller.request(method, to.replace('{id}', id), body ?? validBody(route), headers),
          route,
        )
        expect(answer.body, `${operation.operationId} ${status}`).toEqual(value)
        compared += 1
      }
    }
  }
  expect(compared).toBeGreaterThan(80)
})

/** The example of the body, which every route takes. */
function validBody({ operation }: Route): unknown {
  return operation.requestBody?.content['application/json']?.example
}

test('the examples of a missing token, a foreign page and a taken address are what is answered', async () => {
  const exampleAt = (path: string, method: string, status: string) =>
    Object.values(document.paths[path]?.[method]?.responses[status]?.content ?? {}).flatMap(examplesOf)[0]
  const { anonymous } = issuer
  const signUp =
    document.paths['/auth/sign-up/email']?.post?.requestBody?.content['application/json']?.example
  expect((await anonymous.post('/auth/sign-up/email', signUp)).status).toBe(200)
  const taken = await anonymous.post('/auth/sign-up/email', signUp)
  expect(taken.body).toEqual(exampleAt('/auth/sign-up/email', 'post', '409'))
  const wrong = await anonymous.post('/auth/sign-in/email', { email: 'ada@example.com', password: 'wrong' })
  expect(wrong.body).toEqual(exampleAt('/auth/sign-in/email', 'post', '401'))
  const foreign = await anonymous.get('/auth/token', { origin: 'https://elsewhere.example' })
  expect(foreign.body).toEqual(exampleAt('/auth/token', 'get', '403'))
  expect((await anonymous.get('/auth/token')).body).toEqual(exampleAt('/auth/token', 'get', '401'))
  expect((await anonymous.get('/tasks')).body).toEqual(exampleAt('/tasks', 'get', '401'))

  const outside = (await app.anonymous.get('/openapi.json')).body.paths['/tasks'].get.responses['401'].content
  const refused = (await app.anonymous.get('/tasks')).body
  expect(outside['application/problem+json'].examples).toEqual({ unauthenticated: { value: refused } })
})
