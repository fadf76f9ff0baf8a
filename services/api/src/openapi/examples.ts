import { unauthenticated } from '../errors.ts'
import { problemOf } from '../http/contract/problem.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  examples?: unknown[]
  oneOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
}
interface Described {
  schema?: Schema
  example?: unknown
  examples?: unknown
}
interface Operation {
  parameters?: Described[]
  requestBody?: { content: Record<string, Described> }
  responses: Record<string, { content?: Record<string, Described> }>
}
interface Document {
  paths?: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

/** Gives every schema, parameter and body an example that is made of the examples of its parts, which have their own. */
export function addExamples<T extends object>(document: T): T {
  const { paths = {}, components: { schemas = {} } = {} } = document as Document
  for (const schema of Object.values(schemas)) {
    const example = exampleOf(schema, schemas)
    if (example !== undefined) schema.examples ??= [example]
  }
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const described of describedIn(operation)) {
      const { schema, examples } = described
      if (schema !== undefined && examples === undefined) described.example ??= exampleOf(schema, schemas)
    }
  }
  if (!('/auth/token' in paths)) forgetIssuer(paths)
  return document
}

/** Without the built-in issuer a refusal does not speak of its session tokens. */
function forgetIssuer(paths: NonNullable<Document['paths']>): void {
  const value = problemOf(unauthenticated('no_token', false))
  for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const content of Object.values(responses['401']?.content ?? {})) {
      content.examples = { [value.code]: { value } }
    }
  }
}

function describedIn({ parameters = [], requestBody, responses }: Operation): Described[] {
  const bodies = [requestBody, ...Object.values(responses)]
  return [...parameters, ...bodies.flatMap((body) => Object.values(body?.content ?? {}))]
}

function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  const again = (inner: Schema) => exampleOf(inner, schemas)
  if (schema.$ref !== undefined) return again(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
  const [given] = schema.examples ?? schema.enum ?? []
  if (given !== undefined) return given
  if (schema.oneOf?.[0] !== undefined) return again(schema.oneOf[0])
  if (schema.items !== undefined) return [again(schema.items)]
  if (schema.properties === undefined) return undefined
  return Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, again(inner)]))
}
