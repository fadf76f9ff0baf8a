import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { Answer } from './client.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

interface Api {
  document: Document
  /** By their references. */
  validators: Map<string, ValidateFunction>
}

/** By their configuration, or where they are. */
const apis = new Map<string, Promise<Api>>()

/** Fails unless the answer is one that /openapi.json promises: status, headers, media type and body. */
export async function expectDocumented(
  url: string,
  method: string,
  path: string,
  answer: Answer,
): Promise<void> {
  const key = configurations.get(url) ?? url
  const api = apis.get(key) ?? load(url)
  apis.set(key, api)
  const { document } = await api
  const [mediaType = ''] = (answer.headers.get('content-type') ?? '').split(';')
  if (answer.status >= 400 && method !== 'HEAD') {
    expect(mediaType, `${method} ${path} ${answer.status}`).toBe('application/problem+json')
    expectValid(await api, ['components', 'schemas', 'Problem'], answer)
  }
  const template = templateOf(document, path)
  const operation = document.paths[template ?? '']?.[method === 'HEAD' ? 'get' : method.toLowerCase()]
  if (template === undefined || operation === undefined) return
  const response = operation.responses[answer.status]
  expect(Object.keys(operation.responses), `${method} ${template} is documented`).toContain(
    String(answer.status),
  )
  for (const name of Object.keys(response?.headers ?? {})) {
    expect([...answer.headers.keys()], `${method} ${template} ${answer.status}`).toContain(name.toLowerCase())
  }
  if (response?.content === undefined || method === 'HEAD' || answer.text === '') return
  expect(Object.keys(response.content), `${method} ${template} ${answer.status}`).toContain(mediaType)
  if (!/[/+]json$/.test(mediaType)) return
  const ofAnswer = ['responses', String(answer.status), 'content', mediaType, 'schema']
  expectValid(await api, ['paths', template, method.toLowerCase(), ...ofAnswer], answer)
}

function expectValid({ document, validators }: Api, place: readonly string[], answer: Answer): void {
  const name = place.join(' ')
  const validate = validators.get(name) ?? validatorOf(document, place)
  validators.set(name, validate)
  const isValid = validate(answer.body)
  expect(isValid ? [] : validate.errors, answer.text).toEqual([])
}

/** Apps of one configuration have one document, which takes long to make. */
export function configuredBy(url: string, env: NodeJS.ProcessEnv): void {
  configurations.set(url, JSON.stringify(env))
}

const configurations = new Map<string, string>()

async function load(url: string): Promise<Api> {
  const response = await fetch(`${url}/openapi.json`)
  const text = await response.text()
  const known = read.get(text) ?? compile(text)
  read.set(text, known)
  return known
}

/** Most apps have one and the same document. */
const read = new Map<string, Api>()

function compile(text: string): Api {
  return { document: JSON.parse(text), validators: new Map() }
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })

/** By their text. Documents of different configurations have most schemas in common, which take long to compile. */
const compiled = new Map<string, ValidateFunction>()

function validatorOf(document: Document, place: readonly string[]): ValidateFunction {
  const schema = place.reduce<unknown>((value, key) => Object(value)[key], document)
  if (schema === undefined) throw new Error(`The document has nothing at ${place.join(' ')}`)
  const schemas: Record<string, unknown> = {}
  collect(document.components.schemas, schema, schemas)
  const text = JSON.stringify({ ...Object(schema), components: { schemas } })
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
  compiled.set(text, validate)
  return validate
}

/** All named schemas that a schema refers to, and that they refer to. */
function collect(named: Record<string, unknown>, schema: unknown, found: Record<string, unknown>): void {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    if (name in found) continue
    found[name] = named[name]
    collect(named, found[name], found)
  }
}

function templateOf(document: Document, path: string): string | undefined {
  const [withSlash = ''] = path.split('?')
  const pathname = withSlash.length > 1 ? withSlash.replace(/\/$/, '') : withSlash
  const candidates = Object.keys(document.paths)
  return (
    candidates.find((template) => template === pathname) ??
    candidates.find((template) => matches(template, pathname))
  )
}

function matches(template: string, pathname: string): boolean {
  return new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname)
}
