import { isDeepStrictEqual } from 'node:util'
import type { FastifySchema } from 'fastify'
import { describedSchema } from '../http/contract/union.ts'

type Schema = Record<string, unknown>

/** Stands for a named schema until the framework is done, which would follow a `$ref` itself. */
const PLACEHOLDER = 'x-named-schema'
const ROOT = '#/components/schemas/'
/** Keywords whose values are data, and no schemas. */
const values = new Set(['default', 'enum', 'example', 'examples', 'required', 'x-enum-varnames'])

/**
 * Makes a component of every schema that has an `$id`, wherever it stands, so that a generated client has a type of
 * that name. The framework alone would do so for those only that are registered with it, and inline the rest.
 */
export class NamedSchemas {
  readonly #registered: () => Record<string, unknown>
  readonly #schemas = new Map<string, Schema>()

  constructor(registered: () => Record<string, unknown>) {
    this.#registered = registered
  }

  /** The route's schema with placeholders for all schemas that have a name. */
  describeRoute(schema: FastifySchema | undefined): FastifySchema {
    if (schema === undefined || schema.hide === true) return { hide: true }
    const described = Object.entries(schema).map(([key, value]) => [key, this.#describe(value)])
    return Object.fromEntries(described)
  }

  /** The document with references in place of the placeholders, and with what they refer to. */
  complete<T extends { components?: object }>(document: T): T {
    const schemas = Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
    return withReferences({ ...document, components: { ...document.components, schemas } }) as T
  }

  #describe(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#describe(item))
    if (typeof value !== 'object' || value === null) return value
    const schema: Schema = { ...describedSchema(this.#resolve(value)) }
    if (typeof schema.$id !== 'string') return this.#inner(schema)
    this.#add(schema.$id, this.#inner(schema))
    const { description, examples } = schema
    return {
      [PLACEHOLDER]: schema.$id,
      ...(description === undefined ? {} : { description }),
      ...(examples === undefined ? {} : { examples }),
    }
  }

  #resolve(schema: object): object {
    if (!('$ref' in schema)) return schema
    const target = this.#registered()[String(schema.$ref).replace(/#$/, '')]
    if (typeof target !== 'object' || target === null) throw new Error(`No schema ${String(schema.$ref)}`)
    return target
  }

  #inner({ $id: _, const: constant, ...rest }: Schema): Schema {
    // The discriminator says this already; beside `oneOf`, generators make another type of it.
    const { type: _type, required: _required, ...union } = rest
    const entries = Object.entries('discriminator' in rest ? union : rest).map(([key, value]) => [
      key,
      values.has(key) ? value : this.#describe(value),
    ])
    const schema: Schema = Object.fromEntries(entries)
    // Generators know an enum of one better than a constant.
    if (constant !== undefined) schema.enum = [constant]
    if ('discriminator' in schema) schema.discriminator = this.#discriminatorOf(schema)
    return schema
  }

  /** With the mapping, without which a tool takes the schemas' names for the values. */
  #discriminatorOf({ discriminator, oneOf }: Schema): Schema {
    const { propertyName } = discriminator as { propertyName: string }
    const mapping = (oneOf as Schema[]).map((branch) => {
      const name = String(branch[PLACEHOLDER])
      const { properties } = this.#schemas.get(name) as { properties: Record<string, { enum: unknown[] }> }
      return [properties[propertyName]?.enum[0], ROOT + name]
    })
    return { propertyName, mapping: Object.fromEntries(mapping) }
  }

  #add(name: string, schema: Schema): void {
    const known = this.#schemas.get(name)
    if (known !== undefined && !isDeepStrictEqual(known, schema))
      throw new Error(`Two schemas are called ${name}`)
    this.#schemas.set(name, schema)
  }
}

function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences)
  if (typeof value !== 'object' || value === null) return value
  if (PLACEHOLDER in value) return { $ref: ROOT + String(value[PLACEHOLDER]) }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withReferences(inner)]))
}
