import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { urlOf } from '../../src/http/wire/listening.ts'
import { at } from './body.ts'

interface Task {
  id: string
  title: string
  description: string
  updated_at: string
}

export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** One user's tasks, and the answers that are kept by their key. */
export interface Store {
  tasks: Map<string, Task>
  answers: Map<string, Reply>
}

export interface Asked {
  method: string
  path: string
  /** Counts all requests. */
  number: number
}

/** What a service that is at fault does instead of the honest reply, to which it may do as it likes. */
export type Lie = (asked: Asked, reply: Reply, store: Store) => Reply | undefined

/** Keeps tasks in memory as the service does in a database; for tests of those who look for its faults. */
export async function startStandIn(lie: Lie): Promise<{ url: string; close: () => Promise<void> }> {
  const stores = new Map<string, Store>()
  let number = 0
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const user = headers.authorization ?? ''
    const store = stores.get(user) ?? { tasks: new Map(), answers: new Map() }
    stores.set(user, store)
    const [path = ''] = url.split('?')
    const honest = await replyTo(request, path, store)
    number += 1
    const reply = lie({ method, path, number }, honest, store) ?? honest
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('It does not listen')
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: urlOf(address), close }
}

async function replyTo(request: IncomingMessage, path: string, store: Store): Promise<Reply> {
  const { tasks } = store
  const [, root, id = ''] = path.split('/')
  if (root === 'me') return { status: 200, body: { task_count: tasks.size } }
  if (id === 'changes') {
    const changes = [...tasks.values()].map((task) => ({ type: 'task', task }))
    return { status: 200, body: { changes } }
  }
  if (request.method === 'POST') return created(request, store)
  if (id === '') return { status: 200, body: { data: [...tasks.values()], total: tasks.size } }
  const task = tasks.get(id)
  if (task === undefined) return { status: 404 }
  if (request.method === 'DELETE') tasks.delete(id)
  if (request.method === 'PATCH') task.description = String(at(await json(request), 'description'))
  return request.method === 'DELETE' ? { status: 204 } : { status: 200, body: { ...task } }
}

async function created(request: IncomingMessage, { tasks, answers }: Store): Promise<Reply> {
  const body = await json(request)
  const key = String(request.headers['idempotency-key'] ?? randomUUID())
  const before = answers.get(key)
  if (before !== undefined) return before
  const [title, description] = [String(at(body, 'title')), String(at(body, 'description'))]
  const task = { id: randomUUID(), title, description, updated_at: new Date(0).toISOString() }
  tasks.set(task.id, task)
  const reply = { status: 201, body: { ...task } }
  answers.set(key, reply)
  return reply
}
