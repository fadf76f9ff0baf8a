import { STATUS_CODES } from 'node:http'

interface Response {
  description: string
  content?: Record<string, { schema?: { $ref?: string } }>
  headers?: Record<string, { $ref: string }>
}
interface Operation {
  security?: unknown[]
  responses: Record<string, Response>
}
type Paths = Record<string, Record<string, Operation>>

const text = { type: 'string' }

/** Headers that the framework cannot know of, by the name under which responses refer to them. */
const headers = {
  'X-Request-Id': { description: "The caller's, if it was fit to be logged, else a new one", schema: text },
  ETag: { description: 'A strong entity tag: changes exactly when the task does', schema: text },
  Location: { description: 'The path of the new task', schema: text },
  'WWW-Authenticate': { description: 'RFC 6750; names `invalid_token` where a token was sent', schema: text },
  'Retry-After': { description: 'Seconds to wait before trying again', schema: text },
}
type HeaderName = keyof typeof headers

/** What every operation has in common is written here once, not at each route. Paths come out in order. */
export function completeDocument<T extends object>(document: T, isProtected: (path: string) => boolean): T {
  const { paths = {}, components = {} } = document as { paths?: Paths; components?: object }
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      operation.security ??= isProtected(path) ? [{ bearer: [] }] : []
      for (const [status, response] of Object.entries(operation.responses)) {
        completeResponse(method, status, response)
      }
    }
  }
  return { ...document, paths: sorted(paths), components: { ...components, headers } }
}

function completeResponse(method: string, status: string, response: Response): void {
  if (response.description === 'Default Response') response.description = STATUS_CODES[status] ?? status
  const names: HeaderName[] = ['X-Request-Id']
  const reference = response.content?.['application/json']?.schema?.$ref
  if (reference === '#/components/schemas/Task') names.push('ETag')
  if (method === 'post' && status === '201') names.push('Location')
  if (status === '401') names.push('WWW-Authenticate')
  if (status === '429' || status === '503') names.push('Retry-After')
  const references = names.map((name) => [name, { $ref: `#/components/headers/${name}` }])
  response.headers = { ...Object.fromEntries(references), ...response.headers }
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
