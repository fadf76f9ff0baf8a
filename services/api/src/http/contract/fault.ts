import type { ErrorObject } from 'ajv'
import type { Fault } from '../../errors.ts'
import { PLACE_PATTERN } from '../../planning/position.ts'
import { ENTITY_TAG_PATTERN } from './entity-tag-schema.ts'

/** Characters that are repeated of a name that was sent; it stands in the fault and in the detail. */
const MAXIMUM_ECHO_CHARACTERS = 40

const typeNames: Record<string, string> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  null: 'null',
}

const patternMessages: Record<string, string> = {
  '^[\\x21-\\x7e]{1,255}$': 'must be 1 to 255 visible ASCII characters',
  [PLACE_PATTERN]: 'must be a place as an export has it',
  [ENTITY_TAG_PATTERN]: 'must be an entity tag, such as "12" with its quotation marks, or *',
}

const formatMessages: Record<string, string> = { uuid: 'must be a UUID', email: 'must be an e-mail address' }

interface Violation {
  /** What the schema says under the keyword. */
  schema: unknown
  /** The schema around the keyword. */
  parentSchema: Record<string, unknown>
  /** What the keyword itself says. */
  message: string | undefined
}

/** What each keyword asks for, in words that say what is allowed. One that is not here is refused at the start. */
const messages: Record<string, (violation: Violation) => string> = {
  type: ({ schema }) =>
    `must be ${[schema]
      .flat()
      .map((type) => typeNames[String(type)])
      .join(' or ')}`,
  minLength: ({ schema, parentSchema }) => {
    if (schema !== 1) return `must be at least ${schema} characters`
    return parentSchema['x-normalize'] === 'trim' ? 'must not be blank' : 'must not be empty'
  },
  maxLength: ({ schema }) => `must be at most ${counted(schema, 'character')}`,
  minimum: ({ schema }) => `must be at least ${schema}`,
  maximum: ({ schema }) => `must be at most ${schema}`,
  minItems: ({ schema }) => `must have at least ${counted(schema, 'item')}`,
  maxItems: ({ schema }) => `must have at most ${counted(schema, 'item')}`,
  enum: ({ schema }) => oneOf([schema].flat()),
  const: ({ schema }) => oneOf([schema]),
  discriminator: ({ schema, parentSchema }) => oneOf(kindsOf(schema, parentSchema)),
  format: ({ schema }) => String(formatMessages[String(schema)]),
  pattern: ({ schema }) => String(patternMessages[String(schema)]),
  'x-timestamp': () => 'must be an RFC 3339 time',
  'x-text': () => 'must not contain NUL or a lone surrogate',
  'x-value': ({ message }) => String(message),
  'x-whole': ({ message }) => String(message),
  'x-distinct-creations': () => 'is the id of an earlier operation that creates',
}

/** Keywords that no value breaks, or whose breach is told by the place that it has. */
const silent = [
  ...['$id', '$ref', 'title', 'description', 'example', 'examples', 'x-enum-varnames', 'x-normalize'],
  ...['properties', 'items', 'oneOf', 'required', 'additionalProperties'],
]

/** Throws where the schema could be broken in a way that there are no words for. */
export function requireMessages(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const [keyword, value] of Object.entries(schema)) {
    if (!hasMessage(keyword, value))
      throw new Error(`There is no message for ${keyword}: ${JSON.stringify(value)}`)
    if (keyword === 'properties') Object.values(value).forEach(requireMessages)
    else if (keyword === 'oneOf') value.forEach(requireMessages)
    else if (keyword === 'items') requireMessages(value)
  }
}

function hasMessage(keyword: string, value: unknown): boolean {
  // Takes every text; `x-timestamp` beside it looks closer.
  if (keyword === 'format') return value === 'date-time' || String(value) in formatMessages
  if (keyword === 'pattern') return String(value) in patternMessages
  return silent.includes(keyword) || keyword in messages
}

/** A validator's error in words for the sender of the request; undefined for an error that only sums up others. */
export function faultOf(part: Fault['in'], error: ErrorObject): Fault | undefined {
  const { keyword, instancePath, params } = error
  if (keyword === 'oneOf') return undefined
  if (keyword === 'required') {
    return { in: part, path: pointer(instancePath, params.missingProperty), message: 'is required' }
  }
  if (keyword === 'additionalProperties') {
    const what = part === 'query' ? 'parameter' : 'field'
    const path = pointer(instancePath, params.additionalProperty)
    return { in: part, path, message: `is not a known ${what}` }
  }
  const message = messageOf(error)
  if (keyword !== 'discriminator') return { in: part, path: echo(instancePath), message }
  // A kind that is missing is told by `required`.
  if (params.tagValue === undefined) return undefined
  return { in: part, path: pointer(instancePath, params.tag), message }
}

function messageOf({ keyword, schema, parentSchema = {}, message }: ErrorObject): string {
  const words = messages[keyword]
  if (words === undefined) throw new Error(`There is no message for ${keyword}`)
  return words({ schema, parentSchema, message })
}

function oneOf(allowed: readonly unknown[]): string {
  const values = allowed.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`
}

/** The values that the union's objects have in the property which tells them apart. */
function kindsOf(discriminator: unknown, union: Record<string, unknown>): unknown[] {
  const { propertyName } = discriminator as { propertyName: string }
  const branches = union.oneOf as { properties: Record<string, { const?: unknown }> }[]
  return branches.map(({ properties }) => properties[propertyName]?.const)
}

function counted(limit: unknown, what: string): string {
  return `${limit} ${what}${limit === 1 ? '' : 's'}`
}

/** RFC 6901. */
function pointer(base: string, name: unknown): string {
  return `${echo(base)}/${echo(String(name).replaceAll('~', '~0').replaceAll('/', '~1'))}`
}

function echo(text: string): string {
  const characters = [...text.slice(0, 2 * MAXIMUM_ECHO_CHARACTERS + 2)]
  if (characters.length <= MAXIMUM_ECHO_CHARACTERS) return text
  return `${characters.slice(0, MAXIMUM_ECHO_CHARACTERS).join('')}…`
}
