import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { at, entriesAt, type SeenTask, taskIn, toldBy } from './body.ts'
import type { Act, Event } from './history.ts'
import { type Outcome, type Question, send } from './send.ts'
import type { Tally } from './tally.ts'

/** Above it the member deletes more than it creates, so that one page holds all its tasks. */
const ENOUGH_TASKS = 30
const ATTEMPTS = 5

/** Where a member sends its requests to; it waits for the service there, if need be. */
export interface Place {
  url: () => Promise<string>
  tally: Tally
}

/** How a member reads. Each way has its connection, so that a fault meets all of them at once. */
export const readings = ['one', 'list', 'list, if it has changed'] as const
export type Reading = (typeof readings)[number]

/** One user with a connection to write on and one for each way to read, each for one request after another. */
export class Member {
  readonly events: Event[] = []
  readonly #place: Place
  readonly #name: string
  readonly #token: string
  readonly #writing = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #reading = {
    one: new Agent({ keepAlive: true, maxSockets: 1 }),
    list: new Agent({ keepAlive: true, maxSockets: 1 }),
    'list, if it has changed': new Agent({ keepAlive: true, maxSockets: 1 }),
  }
  /** Those that are there as far as the member knows, with their ids. */
  readonly #known = new Map<string, string>()
  /** Those that are looked for in a list. */
  readonly #sought = new Set<string>()
  readonly #deleted = new Set<string>()
  /** When each was last changed, as its answers told. */
  readonly #updated = new Map<string, string>()
  #count = 0
  #lastList: { etag: string; found: Map<string, SeenTask> } | undefined

  constructor(place: Place, name: string, token: string) {
    this.#place = place
    this.#name = name
    this.#token = token
  }

  /** @returns whether the server ends the connection. */
  async write(round: number): Promise<boolean> {
    const [oldest] = this.#known
    const newest = [...this.#known].at(-1)
    if (oldest === undefined || newest === undefined) return this.create(undefined)
    if (round % 5 === 0 && this.#known.size < ENOUGH_TASKS) return this.create(undefined)
    if (round % 5 === 1 && this.#known.size < ENOUGH_TASKS) return this.create(randomUUID())
    if (round % 5 === 2) return this.#change(...oldest, { kind: 'delete' })
    return this.#change(...(round % 2 === 0 ? oldest : newest), {
      kind: 'edit',
      text: `text ${this.#next()}`,
    })
  }

  /** @returns whether the server ends the connection. */
  async read(reading: Reading): Promise<boolean> {
    const newest = [...this.#known].at(-1)
    if (reading === 'one' && newest !== undefined) return this.#get(...newest)
    const { answer } = await this.#list(reading)
    return answer?.isLast === true
  }

  /** With a key it is tried again until it is answered, which must make one task. */
  async create(key: string | undefined): Promise<boolean> {
    const task = `${this.#name} ${this.#next()}`
    const question: Question = {
      method: 'POST',
      path: '/tasks',
      body: { title: task, description: 'new' },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    }
    this.#sought.add(task)
    this.#place.tally.tried += 1
    let outcome = await this.#ask(this.#writing, question)
    const { begunAt } = outcome
    for (let attempt = 1; attempt < ATTEMPTS && key !== undefined && mayRepeat(outcome); attempt += 1) {
      outcome = await this.#ask(this.#writing, question)
    }
    this.#record(task, { kind: 'create', text: 'new' }, begunAt, outcome, 201)
    const { answer } = outcome
    if (answer?.status === 201) {
      const made = taskIn(answer.body)
      this.#compare({ ...made, title: task, text: 'new' }, made)
      this.#known.set(task, made.id)
    }
    return answer?.isLast === true
  }

  async #change(task: string, id: string, act: Act & { kind: 'edit' | 'delete' }): Promise<boolean> {
    const path = `/tasks/${id}`
    this.#place.tally.tried += 1
    const outcome = await this.#ask(
      this.#writing,
      act.kind === 'delete'
        ? { method: 'DELETE', path }
        : { method: 'PATCH', path, body: { description: act.text } },
    )
    const { answer, begunAt, endedAt } = outcome
    const isGone = answer?.status === 404
    if (isGone) this.events.push({ task, act: { kind: 'see', text: undefined }, begunAt, endedAt })
    else this.#record(task, act, begunAt, outcome, act.kind === 'delete' ? 204 : 200)
    if (isGone || answer?.status === 204) {
      this.#known.delete(task)
      this.#deleted.add(task)
    }
    if (answer?.status === 200 && act.kind === 'edit') {
      const changed = taskIn(answer.body)
      this.#compare({ ...changed, id, title: task, text: act.text }, changed)
      this.#follow(task, changed.updatedAt)
    }
    return answer?.isLast === true
  }

  async #get(task: string, id: string): Promise<boolean> {
    const { answer, begunAt, endedAt } = await this.#ask(this.#reading.one, {
      method: 'GET',
      path: `/tasks/${id}`,
    })
    if (answer?.status === 200) {
      const found = taskIn(answer.body)
      const { text } = found
      this.#compare({ ...found, id, title: task }, found)
      this.events.push({ task, act: { kind: 'see', text }, begunAt, endedAt })
    }
    if (answer?.status === 404)
      this.events.push({ task, act: { kind: 'see', text: undefined }, begunAt, endedAt })
    return answer?.isLast === true
  }

  /** One that has not changed is as it was seen last. */
  async #list(reading: Reading): Promise<Outcome> {
    const sought = [...this.#sought]
    const gone = [...this.#deleted]
    const last = reading === 'list, if it has changed' ? this.#lastList : undefined
    const outcome = await this.#ask(this.#reading[reading], {
      method: 'GET',
      path: '/tasks?per_page=100',
      ...(last !== undefined && { headers: { 'if-none-match': last.etag } }),
    })
    const { answer, begunAt, endedAt } = outcome
    if (answer?.status !== 200 && answer?.status !== 304) return outcome
    const found = answer.status === 304 ? (last?.found ?? new Map()) : this.#unpack(answer.body)
    if (answer.etag !== undefined) this.#lastList = { etag: answer.etag, found }
    for (const task of new Set([...sought, ...found.keys()])) {
      const text = found.get(task)?.text
      this.events.push({ task, act: { kind: 'see', text }, begunAt, endedAt })
    }
    for (const task of gone) if (!found.has(task)) this.#sought.delete(task)
    for (const [task, { id }] of found) if (!this.#deleted.has(task)) this.#known.set(task, id)
    return outcome
  }

  /** Once nobody writes any more: the list, the counts and the feed tell the same. */
  async agree(): Promise<void> {
    const { answer } = await untilServed(() => this.#list('list'))
    const me = await this.#askUntilServed('/me')
    const feed = await this.#askUntilServed('/tasks/changes?limit=5000')
    const list = entriesAt(answer?.body, 'data').map(taskIn)
    if (at(me.answer?.body, 'task_count') !== list.length)
      this.#tell(`/me counts ${JSON.stringify(me.answer?.body)} for a list of ${list.length}`)
    const told = toldBy(feed.answer?.body)
    const isSame = told.size === list.length && list.every(({ id, text }) => told.get(id) === text)
    if (!isSame) this.#tell(`the feed tells of ${told.size} tasks and the list has ${list.length}`)
    this.#writing.destroy()
    for (const agent of Object.values(this.#reading)) agent.destroy()
  }

  #askUntilServed(path: string): Promise<Outcome> {
    return untilServed(() => this.#ask(this.#reading.list, { method: 'GET', path }))
  }

  async #ask(agent: Agent, question: Question): Promise<Outcome> {
    const outcome = await send(await this.#place.url(), agent, { ...question, token: this.#token })
    this.#place.tally.note(question, outcome)
    return outcome
  }

  #record(task: string, act: Act, begunAt: number, { answer, endedAt }: Outcome, done: number): void {
    const isDone = answer?.status === done
    if (isDone) this.#place.tally.acknowledged += 1
    this.events.push({ task, act, begunAt, endedAt: isDone ? endedAt : Number.POSITIVE_INFINITY })
  }

  #unpack(body: unknown): Map<string, SeenTask> {
    const found = new Map<string, SeenTask>()
    const list = entriesAt(body, 'data').map(taskIn)
    for (const task of list) {
      const { title } = task
      if (!title.startsWith(`${this.#name} `)) this.#tell(`the list has "${title}", which is another user's`)
      if (found.has(title)) this.#tell(`the list has "${title}" twice`)
      found.set(title, task)
    }
    const total = at(body, 'total')
    if (total !== list.length) this.#tell(`a total of ${total} for ${list.length} tasks`)
    return found
  }

  #compare(expected: SeenTask, { id, title, text }: SeenTask): void {
    if (id === expected.id && title === expected.title && text === expected.text) return
    this.#tell(`"${expected.title}" was answered as ${JSON.stringify({ id, title, text })}`)
  }

  /** Of two changes, one after the other, the later one is not the older one, whatever the clock says. */
  #follow(task: string, updatedAt: string): void {
    const before = this.#updated.get(task) ?? ''
    if (updatedAt < before) this.#tell(`"${task}" was changed at ${before} and then at ${updatedAt}`)
    this.#updated.set(task, updatedAt)
  }

  #tell(what: string): void {
    this.#place.tally.wrong.push(`${this.#name}: ${what}`)
  }

  #next(): number {
    this.#count += 1
    return this.#count
  }
}

/** A server that ends the connection has had its turn: the next one may be refused before it is looked at. */
function mayRepeat({ answer }: Outcome): boolean {
  return answer?.status !== 201 && answer?.isLast !== true
}

/** A busy machine may refuse for a while after any fault. */
async function untilServed(ask: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    const outcome = await ask()
    if (outcome.answer?.status !== 503) return outcome
  }
}
