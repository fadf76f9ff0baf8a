import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: boolean
  schema: Schema
}

type Content = Record<string, { schema?: Schema }>

export interface Operation {
  method: string
  path: string
  parameters: Parameter[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { content?: Content }>
  /** Whether only a token opens it. */
  isProtected: boolean
  /** Whether it answers with a stream that does not end. */
  isStream: boolean
}

interface Document {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'> & { security?: unknown[] }>>
  components?: { schemas?: Record<string, Schema> }
}

/** What an app says of itself at /openapi.json: its operations, and a judge of values by its schemas. */
export class Contract {
  readonly operations: Operation[]
  readonly #document: Document
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: true, logger: false })
  readonly #validators = new WeakMap<Schema, ValidateFunction>()

  private constructor(document: Document) {
    this.#document = document
    this.#ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
    this.#ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    this.#ajv.addFormat('email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/)
    this.#ajv.addSchema(document, 'api')
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...operation,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        isProtected: JSON.stringify(operation.security ?? []).includes('"bearer"'),
        isStream: 'text/event-stream' in (operation.responses['200']?.content ?? {}),
      })),
    )
  }

  static async load(url: string): Promise<Contract> {
    return new Contract((await (await fetch(`${url}/openapi.json`)).json()) as Document)
  }

  resolve(schema: Schema): Schema {
    if (schema.$ref === undefined) return schema
    const name = schema.$ref.split('/').at(-1) ?? ''
    return this.#document.components?.schemas?.[name] ?? {}
  }

  isValid(schema: Schema, value: unknown): boolean {
    let validate = this.#validators.get(schema)
    if (validate === undefined) {
      validate = this.#ajv.compile(absolute(schema))
      this.#validators.set(schema, validate)
    }
    return validate(value)
  }
}

/** References are to the document that the schema stands in. */
function absolute(schema: Schema): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as object
}
