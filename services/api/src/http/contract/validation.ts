import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type {
  FastifyInstance,
  FastifyRequest,
  FastifySchema,
  preValidationHookHandler,
  RouteOptions,
} from 'fastify'
import { AppError, type Fault, invalid } from '../../errors.ts'
import { faultOf, requireMessages } from './fault.ts'
import { keywords } from './keywords.ts'
import { lazily } from './lazily.ts'

type Part = Fault['in']
type PartValidator = (request: FastifyRequest) => readonly Fault[]

const nothing = { type: 'object', properties: {}, additionalProperties: false }

/**
 * Validates without coercion: values are judged as they were sent. Strings of the path and the query become numbers
 * and booleans only in canonical form: `1`, not `01`.
 */
const ajv = new Ajv({
  allErrors: true,
  // An error has its schema with it, so that its message can say what is allowed.
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  discriminator: true,
  strictRequired: false,
})
for (const keyword of keywords) ajv.addKeyword(keyword)
// Descriptive in OpenAPI, without a meaning to the validator.
ajv.addVocabulary(['example', 'x-enum-varnames'])
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
ajv.addFormat('date-time', true)
// The issuer looks closer; this is enough to report a slip in the same words as every other fault. No two neighbouring
// parts can match the same character, so hostile input costs linear time.
ajv.addFormat('email', /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/)

/** Replaces Fastify's validation, which stops at the first faulty part, by one that reports every fault. */
export function validateWholeRequests(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true)
  app.addHook('onRoute', (route) => {
    const validators = compileRoute(route)
    if (validators.length === 0) return
    const validate: preValidationHookHandler = (request, _reply, done) => {
      const faults = validators.flatMap((faultsOfPart) => faultsOfPart(request))
      if (faults.length > 0) invalid(faults)
      done()
    }
    route.preValidation = [route.preValidation ?? [], validate].flat()
  })
}

function compileRoute({ schema }: RouteOptions): PartValidator[] {
  const validators: PartValidator[] = []
  if (schema?.params !== undefined)
    validators.push(compilePart('path', schema.params, (request) => request.params))
  const query = schema?.querystring ?? (isDocumented(schema) ? nothing : undefined)
  if (query !== undefined) {
    const spell = readerOf(query)
    validators.push(compilePart('query', query, (request) => spell(request.query)))
  }
  if (schema?.headers !== undefined)
    validators.push(compilePart('header', schema.headers, (request) => request.headers))
  if (schema?.body === undefined && isDocumented(schema)) {
    validators.push(compilePart('body', nothing, ({ body = {} }) => body))
  } else if (schema?.body !== undefined && !('content' in Object(schema.body))) {
    validators.push(compilePart('body', schema.body, (request) => request.body ?? missingBody(request)))
  }
  return validators
}

/** A route of the API says what it takes, and refuses the rest; a page ignores what a browser or a link adds. */
function isDocumented(schema: FastifySchema | undefined): boolean {
  return schema !== undefined && schema.hide !== true
}

function compilePart(part: Part, schema: unknown, pick: (request: FastifyRequest) => unknown): PartValidator {
  const faultsOfValue = compileValidator(part, schema)
  return (request) => faultsOfValue(pick(request))
}

/** Judges any value by a schema, in the words that a request's faults are told in. */
export function compileValidator(part: Part, schema: unknown): (value: unknown) => readonly Fault[] {
  requireMessages(schema)
  return lazily(() => {
    const validate = compiled(schema)
    return (value) => (validate(value) ? [] : faultsOf(part, validate.errors ?? []))
  })
}

/** By their text. One schema stands in many routes, and takes long to compile. */
const validates = new Map<string, ValidateFunction>()

/** Without the schema's name, and those within it, each of which Ajv takes once. */
function compiled(schema: unknown): ValidateFunction {
  const text = JSON.stringify(schema, (key, value: unknown) => (key === '$id' ? undefined : value))
  const validate = validates.get(text) ?? ajv.compile(JSON.parse(text))
  validates.set(text, validate)
  return validate
}

/** Every fault of every place, each told once. */
function faultsOf(part: Part, errors: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of errors) {
    const fault = faultOf(part, error)
    if (fault !== undefined) faults.set(`${fault.path} ${fault.message}`, fault)
  }
  return [...faults.values()]
}

/** `null` is a body, and a wrong one; undefined is none. */
function missingBody(request: FastifyRequest): null {
  if (request.body === null) return null
  throw new AppError('malformed_request', 'The request has no body; JSON is due')
}

type Spelling = (text: string) => unknown
const spellings: Record<string, Spelling> = {
  integer: (text) => (/^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
}

/** Turns the query's strings into the values that they spell, in place; a repeated parameter stays an array. */
function readerOf(schema: unknown): (query: unknown) => unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> }
  const rules = Object.entries(properties).flatMap(([name, { type = '' }]) => {
    const spell = spellings[type]
    return spell === undefined ? [] : [{ name, spell }]
  })
  return (query) => {
    const values = query as Record<string, unknown>
    for (const { name, spell } of rules) {
      const value = values[name]
      if (typeof value === 'string') values[name] = spell(value)
    }
    return values
  }
}
