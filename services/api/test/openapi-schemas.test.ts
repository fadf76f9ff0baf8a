import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  properties?: Record<string, Schema>
  items?: Schema
  oneOf?: Schema[]
  discriminator?: { propertyName: string; mapping: Record<string, string> }
  'x-enum-varnames'?: string[]
}

const ROOT = '#/components/schemas/'

let app: TestApp
let schemas: Record<string, Schema>
let paths: Record<string, unknown>
beforeAll(async () => {
  app = await startTestApp({ JWT_SECRET: '' })
  const { body } = await app.anonymous.get('/openapi.json')
  schemas = body.components.schemas
  paths = body.paths
})
afterAll(() => app.close())

/** Every schema within a value that a generator would have to invent a name for, by where it stands. */
function nameless(value: unknown, place: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = isCompound(value) ? [place] : []
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => nameless(inner, `${place}/${key}`))]
}

const isCompound = (value: Schema): boolean =>
  value.type === 'object' || ['properties', 'oneOf', 'anyOf', 'allOf'].some((keyword) => keyword in value)

test('every schema that a client would make a type of has a name', () => {
  const unnamed = Object.entries(schemas).flatMap(([name, schema]) =>
    Object.entries(schema).flatMap(([key, inner]) =>
      key === 'properties' || key === 'example' || key === 'examples'
        ? Object.entries(inner).flatMap(([property, of]) => nameless(of, `${name}/${property}`))
        : nameless(inner, `${name}/${key}`),
    ),
  )
  expect([...nameless(paths, ''), ...unnamed]).toEqual([])
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining([
      ...['AccessToken', 'Batch', 'BatchResult', 'Change', 'ChangeList', 'Fault', 'ImportResult', 'KeySet'],
      ...['Me', 'NewTask', 'Operation', 'OperationResult', 'Problem', 'Session', 'SignIn', 'SignUp', 'Task'],
      ...['TaskChanges', 'TaskList', 'TaskSort', 'TrashList', 'TrashedTask', 'User'],
    ]),
  )
})

test('a union says which of its named schemas each value of its discriminator means', () => {
  const unions = Object.entries(schemas).filter(([, { oneOf }]) => oneOf !== undefined)
  expect(unions.map(([name]) => name)).toEqual(['Change', 'Operation', 'OperationResult'])
  for (const [name, { oneOf = [], discriminator }] of unions) {
    const { propertyName = '', mapping = {} } = discriminator ?? {}
    expect(Object.values(mapping), name).toEqual(oneOf.map(({ $ref }) => $ref))
    for (const [value, reference] of Object.entries(mapping)) {
      const branch = schemas[reference.slice(ROOT.length)]
      expect(branch?.properties?.[propertyName], `${name} ${value}`).toMatchObject({
        type: 'string',
        enum: [value],
      })
    }
  }
})

test('the sorts have names that differ by more than a sign', () => {
  const { enum: sorts = [], 'x-enum-varnames': names = [] } = schemas.TaskSort ?? {}
  expect(sorts).toContain('-title')
  expect(names).toHaveLength(sorts.length)
  expect(new Set(names.map((name) => name.replace(/[^a-z]/gi, ''))).size).toBe(sorts.length)
  expect(names[sorts.indexOf('-title')]).toBe('TitleDescending')
})
