import type { Contract, Schema } from './contract.ts'
import type { Random } from './random.ts'

const hostileTexts = [
  "'; drop table tasks; --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '%00%0a%0d',
  '\u202etxt.exe',
  '\u{1f600}\u{1f468}\u200d\u{1f469}',
  '\r\nSet-Cookie: a=b',
  'İıſß',
  'true',
  'null',
  '1e400',
  '__proto__',
  '\ufeff',
]

/** What earlier answers gave, for requests that build on them. */
export interface Memory {
  ids: string[]
  tokens: string[]
}

/** A value that the schema takes; texts are odd ones as often as not. */
export function validValue(contract: Contract, random: Random, memory: Memory, given: Schema): unknown {
  const schema = contract.resolve(given)
  const again = (inner: Schema) => validValue(contract, random, memory, inner)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const branches = schema.oneOf ?? schema.anyOf
  if (branches !== undefined) return again(random.pick(branches))
  switch (random.pick([schema.type ?? 'object'].flat())) {
    case 'string':
      return validText(random, memory, schema)
    case 'integer':
    case 'number':
      return validNumber(random, schema)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'array': {
      const least = schema.minItems ?? 0
      const length = Math.min(least + random.below(4), schema.maxItems ?? Number.POSITIVE_INFINITY)
      return Array.from({ length }, () => again(schema.items ?? { type: 'string' }))
    }
    default: {
      const names = Object.entries(schema.properties ?? {}).filter(
        ([name]) => schema.required?.includes(name) === true || random.chance(0.6),
      )
      return Object.fromEntries(names.map(([name, inner]) => [name, again(inner)]))
    }
  }
}

function validText(random: Random, memory: Memory, schema: Schema): string {
  if (schema.format === 'uuid') {
    return memory.ids.length > 0 && random.chance(0.8) ? random.pick(memory.ids) : random.uuid()
  }
  if (schema.format === 'email') return `${random.uuid()}@example.com`
  if (schema.format === 'date-time') return new Date(random.below(2 ** 31) * 1000).toISOString()
  if (memory.tokens.length > 0 && random.chance(0.2))
    return random.pick(memory.tokens).slice(0, schema.maxLength)
  const longest = schema.maxLength ?? 50
  const text = random.chance(0.5) ? random.pick(hostileTexts) : 'a'.repeat(1 + random.below(longest))
  const padded = text.trim().padEnd(schema.minLength ?? 0, 'x')
  return random.chance(0.02) ? '\u{1f600}'.repeat(longest) : [...padded].slice(0, longest).join('')
}

function validNumber(random: Random, { minimum = 0, maximum = minimum + 100 }: Schema): number {
  return random.pick([minimum, maximum, minimum + random.below(Math.min(maximum - minimum, 50) + 1)])
}

/** Texts that are refused wherever they stand, whatever the schema can say about it. */
const refusedTexts = ['a\0b', '\ud800', 'a\udfff']
const wrongTypes = [1, 1.5, true, null, [], {}, ['a'], 'text', 1e308, { __proto__: null, length: 1 }]

/**
 * A value near a valid one that must be refused: one place in it breaks the published schema, or holds a text
 * that is refused everywhere. Undefined where none was found.
 */
export function invalidValue(contract: Contract, random: Random, schema: Schema, valid: unknown): unknown {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const { value, isRefusedText } = spoil(contract, random, schema, structuredClone(valid))
    if (isRefusedText || !contract.isValid(schema, value)) return value
  }
  return undefined
}

interface Spoiled {
  value: unknown
  isRefusedText: boolean
}

function spoil(contract: Contract, random: Random, given: Schema, value: unknown): Spoiled {
  const schema = contract.resolve(given)
  const plain = (spoiled: unknown) => ({ value: spoiled, isRefusedText: false })
  if (Array.isArray(value) && random.chance(0.8)) {
    if (schema.maxItems !== undefined && random.chance(0.1)) {
      return plain(Array.from({ length: schema.maxItems + 1 }, () => value[0] ?? null))
    }
    if (value.length === 0) return plain('no array')
    const index = random.below(value.length)
    const inner = spoil(contract, random, schema.items ?? {}, value[index])
    value[index] = inner.value
    return { ...inner, value }
  }
  if (typeof value === 'object' && value !== null && random.chance(0.9)) {
    return spoilObject(contract, random, schema, value as Record<string, unknown>)
  }
  if (typeof value === 'string' && random.chance(0.6)) return spoilText(random, schema, value)
  if (typeof value === 'number' && random.chance(0.6)) {
    return plain(
      random.pick([(schema.minimum ?? 0) - 1, (schema.maximum ?? 0) + 1, value + 0.5, -value, 1e308]),
    )
  }
  return plain(random.pick(wrongTypes))
}

function spoilObject(
  contract: Contract,
  random: Random,
  schema: Schema,
  value: Record<string, unknown>,
): Spoiled {
  const names = Object.keys(value)
  const name = names.length > 0 ? random.pick(names) : undefined
  if (name === undefined || random.chance(0.3)) {
    const unknown = random.pick([
      'user_id',
      'is_deleted',
      'created_at',
      '__proto__',
      'constructor',
      'Title',
      '',
    ])
    Object.defineProperty(value, unknown, {
      value: 'x',
      enumerable: true,
      configurable: true,
      writable: true,
    })
    return { value, isRefusedText: false }
  }
  if (random.chance(0.2)) {
    delete value[name]
    return { value, isRefusedText: false }
  }
  const inner = spoil(contract, random, propertyOf(contract, schema, name), value[name])
  value[name] = inner.value
  return { ...inner, value }
}

/** The schema of a property, through the alternatives of a union. */
function propertyOf(contract: Contract, schema: Schema, name: string): Schema {
  const branches = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
  for (const branch of branches) {
    const property = contract.resolve(branch).properties?.[name]
    if (property !== undefined) return contract.resolve(property)
  }
  return {}
}

function spoilText(random: Random, schema: Schema, value: string): Spoiled {
  const broken = random.pick(refusedTexts)
  const tooLong = '\u{1f600}'.repeat((schema.maxLength ?? 0) + 1)
  if (random.chance(0.4)) return { value: value.slice(0, 3) + broken, isRefusedText: true }
  if (schema.maxLength !== undefined && random.chance(0.5)) return { value: tooLong, isRefusedText: false }
  return { value: random.pick(['', ' \t\n', `${value}\0`]), isRefusedText: false }
}
