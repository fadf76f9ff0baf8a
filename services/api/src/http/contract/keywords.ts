import type { KeywordDefinition } from 'ajv'
import type { DataValidationCxt, SchemaValidateFunction } from 'ajv/dist/types/index.js'
import { values, wholes } from '../../planning/values.ts'
import { judgeCreations } from './distinct-creations.ts'

/** `x-normalize`: `trim` and `lowercase` change the value in place, before its length is looked at. */
function normalize(how: string, text: string, _parent: unknown, context?: DataValidationCxt): boolean {
  if (context !== undefined) {
    context.parentData[context.parentDataProperty] = how === 'trim' ? trimmed(text) : text.toLowerCase()
  }
  return true
}

const whiteSpace = /[\p{White_Space}\ufeff]/u

/** By Unicode's White_Space, which has U+0085 as well, and the byte order mark. By hand: a pattern may go back and forth. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && whiteSpace.test(text.charAt(start))) start += 1
  while (end > start && whiteSpace.test(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * `x-timestamp`: changes an RFC 3339 time to UTC with milliseconds, in place, unless it is to stay as it was sent; the years are those
 * that PostgreSQL shares with it.
 */
function normalizeTimestamp(
  how: boolean | 'as sent',
  text: string,
  _parent: unknown,
  context?: DataValidationCxt,
): boolean {
  const time = rfc3339.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN
  if (Number.isNaN(time)) return false
  const normalized = new Date(time).toISOString()
  if (!/^(?!0000)\d{4}-/.test(normalized)) return false
  if (context !== undefined && how !== 'as sent') context.parentData[context.parentDataProperty] = normalized
  return true
}

/** `x-value`: a text that is read by its kind, and replaced by what is kept. */
const readValue: SchemaValidateFunction = (
  kind: string,
  text: string,
  _parent: unknown,
  context?: DataValidationCxt,
) => {
  const reading = values[kind]?.(text)
  if (reading === undefined) throw new Error(`There is no kind of value that is called ${kind}`)
  if ('refusal' in reading) {
    readValue.errors = [{ keyword: 'x-value', message: reading.refusal, params: {} }]
    return false
  }
  if (context !== undefined) context.parentData[context.parentDataProperty] = reading.value
  return true
}

/** `x-whole`: an object or array whose parts are judged together, behind each by itself. */
const judgeWhole: SchemaValidateFunction = (
  kind: string,
  whole: object,
  _parent: unknown,
  context?: DataValidationCxt,
) => {
  const faults = wholes[kind]?.(whole)
  if (faults === undefined) throw new Error(`There is no kind of whole that is called ${kind}`)
  judgeWhole.errors = faults.map(({ place, message }) => ({
    keyword: 'x-whole',
    instancePath: `${context?.instancePath}/${place}`,
    message,
    params: {},
  }))
  return faults.length === 0
}

/** What our schemas say beyond JSON Schema. A keyword that changes a value stands before those that judge the result. */
export const keywords: readonly KeywordDefinition[] = [
  {
    keyword: 'x-normalize',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    errors: false,
    before: 'maxLength',
    validate: normalize,
  },
  {
    keyword: 'x-text',
    type: 'string',
    schemaType: 'boolean',
    errors: false,
    validate: (_schema: boolean, text: string) => text.isWellFormed() && !text.includes('\0'),
  },
  {
    keyword: 'x-timestamp',
    type: 'string',
    schemaType: ['boolean', 'string'],
    modifying: true,
    errors: false,
    validate: normalizeTimestamp,
  },
  {
    keyword: 'x-distinct-creations',
    type: 'array',
    schemaType: 'boolean',
    validate: judgeCreations,
  },
  {
    keyword: 'x-value',
    type: 'string',
    schemaType: 'string',
    modifying: true,
    validate: readValue,
  },
  {
    keyword: 'x-whole',
    type: ['object', 'array'],
    schemaType: 'string',
    modifying: true,
    validate: judgeWhole,
  },
]
