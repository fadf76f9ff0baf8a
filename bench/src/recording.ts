import { type Endpoint, groups } from './endpoints.ts'
import { numberedId, taskNumber } from './ids.ts'
import type { LogLine, Server } from './server.ts'

/** One statement as PostgreSQL received it, with the values of its parameters as it prints them. */
interface Recorded {
  text: string
  values: (string | null)[]
}

export interface PgbenchScript {
  text: string
  constants: Record<string, string>
}

export interface RecordedRequest {
  user: number
  method: string
  path: string
  headers?: Record<string, string>
  body?: unknown
}

const LOG_DEADLINE_MILLISECONDS = 10_000
const title = 'Recorded title'

/**
 * Turns what the service itself sends to PostgreSQL for one request into a pgbench script.
 *
 * The limit that we measure against therefore is of the service's own statements, and cannot drift from them.
 */
export async function record(
  endpoint: Endpoint,
  server: Server,
  send: (request: RecordedRequest) => Promise<void>,
  tag: string,
): Promise<PgbenchScript> {
  const user = groups[endpoint.group].first
  const seen = server.log().length
  await send(requestOf(endpoint, user, tag))
  const statements = await loggedTransaction(server, seen, numberedId(user))
  return toPgbench(endpoint, statements, user)
}

export function requestOf({ load }: Endpoint, user: number, tag: string): RecordedRequest {
  const task = `/tasks/${numberedId(taskNumber(user, load === 'delete' ? 0 : 7))}`
  switch (load) {
    case 'get':
      return { user, method: 'GET', path: task }
    case 'list':
      return { user, method: 'GET', path: '/tasks' }
    case 'unchanged':
      return { user, method: 'GET', path: '/tasks', headers: { 'if-none-match': tag } }
    case 'cursor':
      return { user, method: 'GET', path: `/tasks?cursor=${tag}` }
    case 'post':
      return { user, method: 'POST', path: '/tasks', body: { title, description: 'At the corner shop' } }
    case 'patch':
      return { user, method: 'PATCH', path: task, body: { title, description: 'Here', completed: false } }
    case 'delete':
      return { user, method: 'DELETE', path: task }
  }
}

/** The log is written by a process of its own, so it may come a moment later. */
async function loggedTransaction(server: Server, seen: number, userId: string): Promise<Recorded[]> {
  const deadline = performance.now() + LOG_DEADLINE_MILLISECONDS
  for (;;) {
    const transaction = findTransaction(server.log().slice(seen), userId)
    if (transaction !== undefined) return transaction
    if (performance.now() > deadline) throw new Error('The statements of a request were not found in the log')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function findTransaction(lines: readonly LogLine[], userId: string): Recorded[] | undefined {
  for (const pid of new Set(lines.map((line) => line.pid))) {
    const statements = lines.filter((line) => line.pid === pid).flatMap(toStatement)
    const end = statements.findIndex(({ text }) => /^commit$/i.test(text))
    const isOfUser = statements.some(({ values }) => values.includes(userId))
    if (end !== -1 && isOfUser) return statements.slice(0, end + 1)
  }
  return undefined
}

function toStatement({ message, detail = '' }: LogLine): Recorded[] {
  const match = /^(?:execute [^:]+|statement): ([\s\S]*)$/.exec(message)
  if (match === null) return []
  const values = [...detail.matchAll(/\$\d+ = (?:NULL|'((?:[^']|'')*)')/g)].map(([, value]) => value ?? null)
  return [{ text: (match[1] ?? '').trim(), values }]
}

function toPgbench(endpoint: Endpoint, statements: readonly Recorded[], user: number): PgbenchScript {
  const constants: Record<string, string> = { now: '2026-11-22T10:00:00.000Z' }
  const expressionOf = (value: string | null): string => {
    if (value === null) return 'null'
    const known = variableFor(endpoint, value, user)
    if (known !== undefined) return known
    const names = Object.keys(constants)
    const name = names.find((existing) => constants[existing] === value) ?? `constant${names.length}`
    constants[name] = value
    return `:${name}`
  }
  const lines = statements.map(({ text, values }) =>
    text.replace(/\$(\d+)/g, (_, number: string) => expressionOf(values[Number(number) - 1] ?? null)),
  )
  const pipeline = ['\\startpipeline', ...lines.map((line) => `${line};`), '\\endpipeline']
  return { text: `${endpoint.variables.trim()}\n${pipeline.join('\n')}\n`, constants }
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const timestampPattern = /^\d{4}-\d\d-\d\d \d\d:/
const fromNumber = (variable: string) => `lpad(:${variable}, 32, '0')::uuid`

/** What changes from request to request. pgbench knows numbers only, so ids are made of numbers. */
function variableFor({ load }: Endpoint, value: string, user: number): string | undefined {
  if (value === numberedId(user)) return fromNumber('user')
  if (value.startsWith(numberedId(user).slice(0, 13)) && uuidPattern.test(value) && load !== 'cursor')
    return fromNumber('task')
  if (load === 'post' && uuidPattern.test(value)) return fromNumber('new')
  if (load !== 'cursor' && timestampPattern.test(value)) return ':now'
  if (load === 'patch' && value === title) return ':title'
  if (load === 'patch' && value === 'f') return ':completed'
  return undefined
}
