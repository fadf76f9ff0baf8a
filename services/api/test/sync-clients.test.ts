import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sharedApp, type User } from './support/app.ts'

const app = await sharedApp()

interface Write {
  kind: 'create' | 'update' | 'delete' | 'restore' | 'batch'
  pick: number
  title: string
}
interface Pull {
  client: number
  limit: number
  /** The answer never arrives; the client asks again with the token that it had. */
  isLost: boolean
}

const write = fc.record<Write>({
  kind: fc.constantFrom('create', 'create', 'update', 'update', 'delete', 'restore', 'batch'),
  pick: fc.nat(1000),
  title: fc.string({ minLength: 1, maxLength: 8 }).map((text) => `Task ${text}`.trim()),
})
const pull = fc.record<Pull>({
  client: fc.nat(2),
  limit: fc.integer({ min: 1, max: 5 }),
  isLost: fc.boolean(),
})

test('clients that lose connections and answers, among writers at once, end up with what the server has', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(write, { minLength: 1, maxLength: 8 }), { minLength: 3, maxLength: 3 }),
      fc.array(pull, { minLength: 5, maxLength: 20 }),
      async (writers, pulls) => {
        const user = await app.signIn()
        const clients = [0, 1, 2].map(() => new SyncClient(user))
        const restored = new Set<string>()
        const writing = writers.map((writes) => runWriter(user, writes, restored))
        await Promise.all([...writing, runPulls(clients, pulls)])
        for (const client of clients) {
          await client.catchUp()
          expect(client.tasks).toEqual(await serverTasks(user))
          // Deleted and restored between two looks, a task is told again, as it was.
          expect(client.repeated.filter((id) => !restored.has(id))).toEqual([])
        }
      },
    ),
    { numRuns: 12, interruptAfterTimeLimit: 20_000 },
  )
})

async function runWriter(user: User, writes: Write[], restored: Set<string>): Promise<void> {
  const own: string[] = []
  for (const { kind, pick, title } of writes) {
    const id = own[pick % Math.max(1, own.length)]
    if (kind === 'create' || id === undefined) own.push((await user.post('/tasks', { title })).body.id)
    else if (kind === 'update') await user.patch(`/tasks/${id}`, { title, completed: pick % 2 === 0 })
    else if (kind === 'delete') await user.delete(`/tasks/${id}`)
    else if (kind === 'restore') {
      restored.add(id)
      await user.post(`/trash/${id}/restore`)
    } else {
      const operations = [
        { op: 'create', title },
        { op: 'update', id, title },
      ]
      await user.post('/tasks/batch', { operations })
    }
  }
}

/** The clients pull side by side, each its own pulls in order. */
async function runPulls(clients: SyncClient[], pulls: Pull[]): Promise<void> {
  await Promise.all(
    clients.map(async (client, index) => {
      for (const { client: whose, limit, isLost } of pulls)
        if (whose === index) await client.pull(limit, isLost)
    }),
  )
}

async function serverTasks(user: User) {
  const { data, total } = (await user.get('/tasks?per_page=100')).body
  expect(data).toHaveLength(total)
  return new Map(data.map((task: { id: string }) => [task.id, task]))
}

class SyncClient {
  readonly tasks = new Map<string, unknown>()
  /** The tasks of changes that changed nothing here: the server had told this state before. */
  readonly repeated: string[] = []
  readonly #user: User
  #token: string | undefined

  constructor(user: User) {
    this.#user = user
  }

  async pull(limit: number, isLost: boolean): Promise<boolean> {
    const since = this.#token === undefined ? '' : `&since=${this.#token}`
    const answer = await this.#user.get(`/tasks/changes?limit=${limit}${since}`)
    expect(answer.status).toBe(200)
    if (isLost) return true
    for (const change of answer.body.changes) this.#apply(change)
    this.#token = answer.body.next
    return answer.body.has_more
  }

  async catchUp(): Promise<void> {
    while (await this.pull(3, false));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  #apply(change: any): void {
    if (change.type === 'deleted') {
      this.tasks.delete(change.id)
      return
    }
    const known = this.tasks.get(change.task.id)
    if (JSON.stringify(known) === JSON.stringify(change.task)) this.repeated.push(change.task.id)
    this.tasks.set(change.task.id, change.task)
  }
}
