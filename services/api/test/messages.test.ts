import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENTITY_TAG_PATTERN } from '../src/http/contract/entity-tag-schema.ts'
import { compileValidator } from '../src/http/contract/validation.ts'
import { values } from '../src/planning/values.ts'
import { startTestApp, type TestApp, type User } from './support/app.ts'

type Schema = Record<string, unknown>

let app: TestApp
let user: User
let document: { components: { schemas: Record<string, Schema> }; paths: object }
beforeAll(async () => {
  app = await startTestApp()
  user = await app.signIn()
  document = (await user.get('/openapi.json')).body
})
afterAll(() => app.close())

/** A value that breaks the keyword and none beside it if that can be, and what must be said of it. */
const breaches: Record<string, (schema: Schema) => [value: unknown, message: string]> = {
  type: ({ type }) => [Symbol, `must be ${[type].flat().map(typeName).join(' or ')}`],
  enum: ({ enum: allowed }) => ['?', `must be ${list(allowed)}`],
  minLength: (schema) => ['', schema['x-normalize'] === 'trim' ? 'must not be blank' : atLeast(schema)],
  maxLength: ({ maxLength: most }) => ['x'.repeat(Number(most) + 1), `must be at most ${most} characters`],
  minimum: ({ minimum: least }) => [Number(least) - 1, `must be at least ${least}`],
  maximum: ({ maximum: most }) => [Number(most) + 1, `must be at most ${most}`],
  minItems: ({ minItems: least }) => [[], `must have at least ${least} item${least === 1 ? '' : 's'}`],
  maxItems: ({ maxItems: most }) => [Array(Number(most) + 1).fill({}), `must have at most ${most} items`],
  format: ({ format }) => ['?', format === 'uuid' ? 'must be a UUID' : 'must be an e-mail address'],
  pattern: ({ pattern }) => [
    'ä',
    pattern === ENTITY_TAG_PATTERN
      ? 'must be an entity tag, such as "12" with its quotation marks, or *'
      : 'must be 1 to 255 visible ASCII characters',
  ],
  discriminator: ({ discriminator }) => {
    const { propertyName, mapping } = discriminator as { propertyName: string; mapping: object }
    return [{ [propertyName]: '?' }, `must be ${list(Object.keys(mapping))}`]
  },
  required: () => [{}, 'is required'],
  additionalProperties: () => [{ '?': 1 }, 'is not a known field'],
  'x-distinct-creations': () => [
    Array(2).fill({ op: 'create', id: randomUUID(), title: 'x' }),
    'is the id of an earlier operation that creates',
  ],
  'x-value': (schema) => {
    const kind = String(schema['x-value'])
    const broken = { completion: '9999-12-31T23:59:59Z', tag: '\u0007' }[kind] ?? '?'
    const reading = values[kind]?.(broken)
    if (reading === undefined || 'value' in reading) throw new Error(`What breaks ${kind}?`)
    return [broken, reading.refusal]
  },
  'x-whole': (schema) => {
    const place = { before: randomUUID(), after: randomUUID() }
    if (schema['x-whole'] === 'move') return [place, 'must not stand beside before']
    if (schema['x-whole'] === 'tags') return [['home', 'home'], 'is there already']
    return [{ time_zone: 'UTC', due: '2026-12-01' }, 'must stand beside a due that has a time']
  },
  'x-text': () => ['\0', 'must not contain NUL or a lone surrogate'],
  'x-timestamp': () => ['?', 'must be an RFC 3339 time'],
}
/** Keywords that no value breaks by itself. */
const others = [
  'description',
  'example',
  'examples',
  'items',
  'oneOf',
  'properties',
  'x-enum-varnames',
  'x-normalize',
]

const typeName = (type: unknown) =>
  type === 'null' ? 'null' : `${/^[aio]/.test(String(type)) ? 'an' : 'a'} ${type}`
const list = (values: unknown) =>
  Array.isArray(values) && values.length > 1 ? `one of ${values.map(String).join(', ')}` : String(values)
const atLeast = ({ minLength }: Schema) =>
  minLength === 1 ? 'must not be empty' : `must be at least ${minLength} characters`

/** Every schema of the document, those within others too. */
function schemasIn(value: unknown): Schema[] {
  if (typeof value !== 'object' || value === null) return []
  const isSchema =
    'type' in value && typeof value.type !== 'object' ? true : 'oneOf' in value || hasTypes(value)
  const inner = Object.entries(value).flatMap(([key, of]) => (/^examples?$/.test(key) ? [] : schemasIn(of)))
  return isSchema ? [value as Schema, ...inner] : inner
}

const hasTypes = (value: object) => 'type' in value && Array.isArray(value.type)

/** As the code has it: with what it refers to in place, and constants for the enums of one. */
function inPlace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPlace)
  if (typeof value !== 'object' || value === null) return value
  const { $ref, mapping: _, ...rest } = value as { $ref?: string; mapping?: object }
  if ($ref !== undefined) return inPlace(document.components.schemas[$ref.split('/').at(-1) ?? ''])
  const entries = Object.entries<unknown>(rest).map(([key, inner]) =>
    key === 'enum' && Array.isArray(inner) && inner.length === 1
      ? ['const', inner[0]]
      : [key, inPlace(inner)],
  )
  return { ...('discriminator' in rest ? { type: 'object' } : {}), ...Object.fromEntries(entries) }
}

test('every keyword of every schema that is broken is told in words that name what is allowed', () => {
  const schemas = schemasIn(document).filter(({ type }) => type !== 'http' && type !== 'apiKey')
  expect(schemas.length).toBeGreaterThan(100)
  const seen = new Set<string>()
  for (const schema of schemas) {
    const faultsOf = compileValidator('body', { type: 'object', properties: { value: inPlace(schema) } })
    for (const keyword of Object.keys(schema)) {
      const breach = breaches[keyword]
      if (others.includes(keyword) || (schema.format === 'date-time' && keyword === 'format')) continue
      if (breach === undefined) throw new Error(`What breaks ${keyword}?`)
      if (keyword === 'additionalProperties' && schema[keyword] !== false) continue
      seen.add(keyword)
      const [value, message] = breach(schema)
      expect(
        faultsOf({ value }).map((fault) => fault.message),
        `${keyword} of ${JSON.stringify(schema)}`,
      ).toContain(message)
    }
  }
  expect([...seen].toSorted()).toEqual(Object.keys(breaches).toSorted())
})

test.each(['uniqueItems', 'multipleOf', 'minProperties', 'anyOf'])(
  'a schema with a keyword that there are no words for is refused at the start: %s',
  (keyword) => {
    expect(() => compileValidator('body', { [keyword]: 1 })).toThrow(`There is no message for ${keyword}`)
  },
)

test.each(['format', 'pattern'])('a %s without words of its own is refused at the start', (keyword) => {
  expect(() => compileValidator('body', { type: 'string', [keyword]: '^x$' })).toThrow('There is no message')
})

test('a sort that there is not is told with those that there are', async () => {
  const { status, body } = await user.get('/tasks?sort=size')
  expect(status).toBe(422)
  expect(body.detail).toBe(
    'sort must be one of created_at, -created_at, updated_at, -updated_at, title, -title, due, -due, priority, ' +
      '-priority, position, -position',
  )
})

test.each([
  ['upsert', 'operations.0.op must be one of create, update, delete, move'],
  [5, 'operations.0.op must be one of create, update, delete, move'],
  [undefined, 'operations.0.op is required'],
])('an operation of the kind %s is told the kinds that there are', async (op, detail) => {
  const { status, body } = await user.post('/tasks/batch', { operations: [{ op, title: 'x' }] })
  expect(status).toBe(422)
  expect(body.detail).toBe(detail)
})

test('one is told as one', async () => {
  const { body } = await user.post('/tasks/batch', { operations: [] })
  expect(body.detail).toBe('operations must have at least 1 item')
})
