import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { onExit } from './cleanup.ts'
import { type Endpoint, groups } from './endpoints.ts'
import { numberedId } from './ids.ts'
import type { RecordedRequest } from './recording.ts'
import { jwtSecret, type Service } from './service.ts'

const folder = mkdtempSync(join(tmpdir(), 'tasklane-callers-'))
onExit(() => rmSync(folder, { recursive: true }))

const tokens = new Map<number, Promise<string>>()
const PAGES_OF_100_BEFORE_THE_CURSOR = 45

/** Writes the file from which load.lua takes users; undefined if the service does not have what it asks for. */
export async function writeUsersFile(service: Service, endpoint: Endpoint): Promise<string | undefined> {
  const lines: string[] = []
  const { first, users } = groups[endpoint.group]
  for (let user = first; user < first + users; user += 1) {
    const tag = await tagFor(service, endpoint, user)
    if (tag === undefined) return undefined
    lines.push(`${user} ${await tokenOf(user)} ${tag}`)
  }
  const file = join(folder, `${service.pid}-${endpoint.load}-${endpoint.group}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** The entity tag of a user's list, or the cursor in its depth; for other loads nothing that matters. */
export async function tagFor(
  service: Service,
  { load }: Endpoint,
  user: number,
): Promise<string | undefined> {
  if (load === 'unchanged') return listTag(service, user)
  if (load === 'cursor') return deepCursor(service, user)
  return '-'
}

async function listTag(service: Service, user: number): Promise<string | undefined> {
  const tag = (await send(service, { user, method: 'GET', path: '/tasks' })).headers.get('etag')
  if (tag === null) return undefined
  const again = await send(service, {
    user,
    method: 'GET',
    path: '/tasks',
    headers: { 'if-none-match': tag },
  })
  return again.status === 304 ? tag : undefined
}

async function deepCursor(service: Service, user: number): Promise<string | undefined> {
  let path = '/tasks?per_page=100'
  let cursor: string | undefined
  for (let page = 0; page < PAGES_OF_100_BEFORE_THE_CURSOR; page += 1) {
    const body = await (await send(service, { user, method: 'GET', path })).json()
    if (!hasCursor(body)) return undefined
    cursor = encodeURIComponent(body.next_cursor)
    path = `/tasks?per_page=100&cursor=${cursor}`
  }
  return cursor
}

function hasCursor(body: unknown): body is { next_cursor: string } {
  return (
    typeof body === 'object' && body !== null && 'next_cursor' in body && typeof body.next_cursor === 'string'
  )
}

export async function send(service: Service, request: RecordedRequest): Promise<Response> {
  const { user, method, path, headers, body } = request
  return fetch(service.url + path, {
    method,
    headers: {
      authorization: `Bearer ${await tokenOf(user)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** Minted once, beforehand. The peers read `sub` as the user's id, too. */
export function tokenOf(user: number): Promise<string> {
  const token =
    tokens.get(user) ??
    new SignJWT({ sub: numberedId(user) })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('4h')
      .sign(new TextEncoder().encode(jwtSecret))
  tokens.set(user, token)
  return token
}
