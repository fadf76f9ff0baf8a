import type { DataValidationCxt, SchemaValidateFunction } from 'ajv/dist/types/index.js'

/** Of operations that create, no two have the same id. Judged behind `items`: ids are in their canonical form. */
export const judgeCreations: SchemaValidateFunction = (
  _schema: boolean,
  operations: unknown[],
  _parent: unknown,
  context?: DataValidationCxt,
) => {
  const seen = new Set<string>()
  const errors = operations.flatMap((operation, index) => {
    const { op, id } = Object(operation)
    if (op !== 'create' || typeof id !== 'string') return []
    const isRepeated = seen.has(id)
    seen.add(id)
    const instancePath = `${context?.instancePath}/${index}/id`
    return isRepeated ? [{ keyword: 'x-distinct-creations', instancePath, params: {} }] : []
  })
  judgeCreations.errors = errors
  return errors.length === 0
}
