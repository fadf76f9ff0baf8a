import type { ErrorObject } from 'ajv'
import type { Fault } from '../errors.ts'

/** What is repeated of a name that was sent; it stands in the fault and in the detail. */
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
}

const formatMessages: Record<string, string> = { uuid: 'must be a UUID', email: 'must be an e-mail address' }

/** A validator's error in words for whoever sent the request; undefined for an error that only sums up others. */
export function faultOf(part: Fault['in'], error: ErrorObject): Fault | undefined {
  const { keyword, instancePath, params } = error
  if (keyword === 'if' || keyword === 'oneOf' || keyword === 'anyOf') return undefined
  if (keyword === 'discriminator') {
    // A kind that is missing is told by `required`.
    if (params.tagValue === undefined) return undefined
    return {
      in: part,
      path: pointer(instancePath, params.tag),
      message: 'must be one of the kinds that are known here',
    }
  }
  if (keyword === 'required') {
    return { in: part, path: pointer(instancePath, params.missingProperty), message: 'is required' }
  }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name: unknown = params.additionalProperty ?? params.unevaluatedProperty
    const what = part === 'query' ? 'parameter' : 'field'
    return { in: part, path: pointer(instancePath, name), message: `is not a known ${what}` }
  }
  return { in: part, path: echo(instancePath), message: messageOf(keyword, params, error.schema) }
}

function messageOf(keyword: string, params: Record<string, unknown>, schema: unknown): string {
  switch (keyword) {
    case 'type':
      return `must be ${[params.type]
        .flat()
        .map((type) => typeNames[String(type)] ?? String(type))
        .join(' or ')}`
    case 'minLength':
      return params.limit === 1 ? 'must not be blank' : `must be at least ${params.limit} characters`
    case 'maxLength':
      return `must be at most ${params.limit} characters`
    case 'minimum':
      return `must be at least ${params.limit}`
    case 'maximum':
      return `must be at most ${params.limit}`
    case 'minItems':
      return `must have at least ${params.limit} items`
    case 'maxItems':
      return `must have at most ${params.limit} items`
    case 'enum':
      return `must be one of ${[schema].flat().map(String).join(', ')}`
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`
    case 'format':
      return formatMessages[String(params.format)] ?? 'is not valid'
    case 'pattern':
      return patternMessages[String(params.pattern)] ?? 'is not valid'
    case 'x-timestamp':
      return 'must be an RFC 3339 time'
    case 'x-text':
      return 'must not contain NUL or a lone surrogate'
    default:
      return 'is not valid'
  }
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
