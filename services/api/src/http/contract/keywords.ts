import type { DataValidationCxt, SchemaValidateFunction } from 'ajv/dist/types/index.js'
import { values, wholes } from '../../planning/values.ts'

/** `x-value`: a text that is read by its kind, and replaced by what is kept. */
export const readValue: SchemaValidateFunction = (
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
export const judgeWhole: SchemaValidateFunction = (
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
