import type { Contract, Operation, Parameter, Schema } from './contract.ts'
import type { Random } from './random.ts'
import { invalidValue, type Memory, validValue } from './values.ts'

export interface FuzzRequest {
  operation: Operation
  /** What was done to it; `valid` for nothing. */
  kind: string
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
  /** The one status it may get, or `refused` for any 4xx, or `documented` for any that the contract has. */
  expected: number | 'refused' | 'documented'
}

export interface Context {
  contract: Contract
  random: Random
  memory: Memory
  token: string
  /** The ids of a user whom nobody here is. */
  foreignIds: readonly string[]
}

/** A request that does what the contract says, or one that breaks it in one place. */
export function makeRequest(context: Context, operation: Operation): FuzzRequest {
  const { random } = context
  const request = validRequest(context, operation)
  if (random.chance(0.4)) return request
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const [kind, mutate] = random.pick(mutations)
    const changed = mutate(context, request)
    if (changed !== undefined) return { ...request, expected: 'refused', ...changed, kind }
  }
  return request
}

function validRequest(context: Context, operation: Operation): FuzzRequest {
  const { random, token } = context
  const headers: Record<string, string> = operation.isProtected ? { authorization: `Bearer ${token}` } : {}
  for (const parameter of operation.parameters.filter(isIn('header'))) {
    if (random.chance(0.4)) headers[parameter.name.toLowerCase()] = headerText(context, parameter.schema)
  }
  const media = jsonMedia(operation)
  const value = media && validValue(context.contract, random, context.memory, media.schema)
  const [otherType] = Object.keys(operation.requestBody?.content ?? {})
  if (media) headers['content-type'] = media.type
  else if (otherType !== undefined) headers['content-type'] = otherType
  return {
    operation,
    kind: 'valid',
    method:
      operation.method === 'GET' && !operation.isStream && random.chance(0.1) ? 'HEAD' : operation.method,
    path: pathOf(context, operation, {}) + queryOf(context, operation),
    headers,
    body: media ? Buffer.from(JSON.stringify(value)) : otherType === undefined ? undefined : lines(random),
    expected: 'documented',
  }
}

const isIn =
  (where: Parameter['in']) =>
  (parameter: Parameter): boolean =>
    parameter.in === where

function jsonMedia(operation: Operation): { type: string; schema: Schema } | undefined {
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    if (type.endsWith('json') && !type.endsWith('ndjson') && schema !== undefined) return { type, schema }
  }
  return undefined
}

/** A body of a type that the contract does not describe further. */
function lines(random: Random): Buffer {
  const line = () =>
    random.pick(['{}', '{"type":"task"}', '[]', 'null', '', 'x', '{"title":"a"}', '{"count":1}'])
  return Buffer.from(Array.from({ length: random.below(5) }, line).join('\n'))
}

function pathOf(context: Context, operation: Operation, given: Record<string, string>): string {
  return operation.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => {
    const schema = operation.parameters.find((parameter) => parameter.name === name)?.schema ?? {}
    return (
      given[name] ??
      encodeURIComponent(String(validValue(context.contract, context.random, context.memory, schema)))
    )
  })
}

function queryOf(context: Context, { parameters }: Operation): string {
  const pairs = parameters
    .filter(
      (parameter) => parameter.in === 'query' && (parameter.required === true || context.random.chance(0.3)),
    )
    .map(({ name, schema }) => {
      const value = validValue(context.contract, context.random, context.memory, schema)
      return `${name}=${encodeURIComponent(String(value).toWellFormed())}`
    })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function headerText(context: Context, schema: Schema): string {
  const value = String(validValue(context.contract, context.random, context.memory, schema))
  return value.replaceAll(/[^\x21-\x7e]/g, 'x') || 'x'
}

type Mutation = (context: Context, request: FuzzRequest) => Partial<FuzzRequest> | undefined

const mutations: [string, Mutation][] = [
  ['no token', withoutToken],
  ['foreign token', withForgedToken],
  [
    'unknown parameter',
    (_context, { path }) => ({ path: `${path}${path.includes('?') ? '&' : '?'}user_id=1` }),
  ],
  ['bad parameter', withBadParameter],
  ['bad path', withBadPath],
  ['foreign id', withForeignId],
  ['bad body', withBadBody],
  ['bad body', withBadBody],
  ['bad body', withBadBody],
  ['broken body', withBrokenBody],
  ['other type', withOtherType],
  ['other method', withOtherMethod],
]

function withoutToken(
  _context: Context,
  { operation, headers }: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  const { authorization: _, ...rest } = headers
  return operation.isProtected ? { headers: rest, expected: 401 } : undefined
}

function withForgedToken(
  { random }: Context,
  { operation, headers }: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  if (!operation.isProtected) return undefined
  const [head = '', claims = '', signature = ''] = (headers.authorization ?? '').split('.')
  const forged = random.pick([
    `${head}.${claims}.`,
    `${head}.${claims}.${signature.split('').reverse().join('')}x`,
    'Bearer eyJhbGciOiJub25lIn0.e30.x',
    'Bearer ',
    'Basic YTpi',
  ])
  return { headers: { ...headers, authorization: forged }, expected: 401 }
}

function withBadParameter(
  { contract, random }: Context,
  { operation, path }: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  const parameters = operation.parameters.filter(isIn('query'))
  if (parameters.length === 0) return undefined
  const { name, schema: given } = random.pick(parameters)
  const schema = contract.resolve(given)
  const [base] = path.split('?')
  const spellings = {
    integer: ['', '-1', '1.5', '1e3', '0x10', '01', '+1', '%201', 'NaN', '9'.repeat(30), '%00', '%EF%BC%91'],
    boolean: ['', 'TRUE', '1', '0', 'yes', 'null', 'true%00'],
    string: ['%00', 'a%00b', 'a'.repeat((schema.maxLength ?? 10_000) + 1)],
  }
  const type = schema.enum !== undefined && schema.type === 'string' ? 'boolean' : schema.type
  const wrong = spellings[type as keyof typeof spellings]
  if (wrong === undefined) return undefined
  const twice = type === 'string' ? 'a' : type === 'boolean' ? 'true' : '1'
  const query = random.chance(0.2) ? `${name}=${twice}&${name}=${twice}` : `${name}=${random.pick(wrong)}`
  return { path: `${base}?${query}` }
}

function uuidParameter(operation: Operation): string | undefined {
  return operation.parameters.find(({ in: where, schema }) => where === 'path' && schema.format === 'uuid')
    ?.name
}

function withBadPath(context: Context, { operation }: FuzzRequest): Partial<FuzzRequest> | undefined {
  const name = uuidParameter(operation)
  if (name === undefined) return undefined
  const { random } = context
  const uuid = random.uuid()
  const wrong = [
    `${uuid}x`,
    uuid.slice(1),
    uuid.replaceAll('-', ''),
    `{${uuid}}`,
    '%00',
    '%20',
    '..%2f..',
    'a'.repeat(4000),
  ]
  return {
    path: pathOf(context, operation, {
      [name]: random.pick([...wrong, `${uuid}%00`, "'", '-1', '%F0%9F%98%80']),
    }),
  }
}

function withForeignId(context: Context, { operation }: FuzzRequest): Partial<FuzzRequest> | undefined {
  const name = uuidParameter(operation)
  if (name === undefined) return undefined
  return { path: pathOf(context, operation, { [name]: context.random.pick(context.foreignIds) }) }
}

function withBadBody({ contract, random }: Context, request: FuzzRequest): Partial<FuzzRequest> | undefined {
  const media = jsonMedia(request.operation)
  if (media === undefined || request.body === undefined) return undefined
  const wrong = invalidValue(contract, random, media.schema, JSON.parse(request.body.toString()))
  return wrong === undefined ? undefined : { body: Buffer.from(JSON.stringify(wrong)) }
}

function withBrokenBody(
  { random }: Context,
  { operation, body }: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  if (jsonMedia(operation) === undefined || body === undefined) return undefined
  const broken = [
    Buffer.alloc(0),
    body.subarray(0, -1),
    Buffer.concat([body, Buffer.from('}')]),
    Buffer.from('{"title":"\xff"}', 'latin1'),
    Buffer.from('['.repeat(30_000)),
    Buffer.from(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`),
    Buffer.from('{"title":NaN}'),
    Buffer.from('\ufeff{}'),
  ]
  // Rare, for they cost more than all the rest: larger than any body that the contract takes.
  return { body: random.chance(0.02) ? Buffer.alloc(2 ** 21, '[') : random.pick(broken) }
}

function withOtherType(
  { random }: Context,
  { headers, body }: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  if (body === undefined || body.length === 0) return undefined
  const other = random.pick<Record<string, string>>([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/jsonp' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': '' },
    { 'content-encoding': 'gzip' },
  ])
  return { headers: { ...headers, ...other } }
}

function withOtherMethod(
  { contract, random }: Context,
  request: FuzzRequest,
): Partial<FuzzRequest> | undefined {
  const served = contract.operations
    .filter(({ path }) => path === request.operation.path)
    .map(({ method }) => method)
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'TRACE'].filter(
    (name) => !served.includes(name),
  )
  const [path = ''] = request.path.split('?')
  return { method: random.pick(others), path, body: undefined }
}
