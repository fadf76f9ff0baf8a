import { randomUUID } from 'node:crypto'
import { createClient, type Task, type TaskChanges, TasklaneError } from '../../src/index.ts'
import type { NearService } from '../near-service.ts'
import { Disputes } from './disputes.ts'
import { Ledger } from './ledger.ts'
import { Member } from './member.ts'
import { faultsOfNext } from './next-tasks.ts'
import { Overwrites } from './overwrites.ts'
import { type Sent, seen } from './sent.ts'

export const DEVICES = 3
const MAXIMUM_ROUNDS = 20
/** Far less than a token's life. */
const TOKEN_MILLISECONDS = 60_000

/** One user's three devices and a plain client, and the books on all that they do. */
export class Household {
  readonly userId = randomUUID()
  readonly ledger = new Ledger()
  readonly disputes = new Disputes()
  readonly overwrites = new Overwrites()
  /** By the plain client. */
  readonly #sent: Sent[] = []
  readonly #members: Member[]
  readonly #plain
  #names = 0

  constructor(server: NearService) {
    const token = renewed(() => server.token(this.userId))
    this.#plain = createClient({
      baseUrl: server.url,
      token,
      fetch: async (request) => {
        const body = request.body === null ? '' : await request.text()
        const response = await server.send(request, body)
        this.#sent.push(await seen(request, body, response))
        return response
      },
      sleep: async () => {},
    })
    this.#members = Array.from(
      { length: DEVICES },
      () => new Member(server, { userId: this.userId, token }, this),
    )
  }

  /** A text that no other action has. */
  name(): string {
    this.#names += 1
    return `Text ${this.#names}`
  }

  get plain() {
    return this.#plain
  }

  /** By the plain client. */
  async change(id: string, changes: TaskChanges): Promise<void> {
    this.disputes.changePlainly(id, changes)
    await unlessGone(this.#plain.update(id, changes))
  }

  async start(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.awake()))
  }

  member(index: number): Member {
    const member = this.#members[index % DEVICES]
    if (member === undefined) throw new Error('No such device')
    return member
  }

  async turns(): Promise<void> {
    await Promise.all(this.#members.map(async (member) => member.awake().then(() => member.turn())))
  }

  /** All come online and settle what is open, until nothing is left to do. */
  async settle(): Promise<void> {
    for (const member of this.#members) member.heal()
    await this.start()
    for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
      for (const member of this.#members) await member.resolveAll('mine')
      await this.turns()
      if (this.#members.every((member) => member.isQuiet)) break
    }
    await Promise.all(this.#members.map(({ device }) => device.settled()))
    await this.turns()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(({ device }) => device.stop()))
  }

  /** Whatever is not as it should be once all is settled. */
  async faults(): Promise<string[]> {
    const listed: Task[] = []
    for await (const task of this.#plain.tasks()) listed.push(task)
    const expected = JSON.stringify(sorted(listed))
    const devices = this.#members.map(({ device }) => device)
    const faults = [
      ...this.ledger.faults(devices.flatMap(({ sent }) => sent)),
      ...this.disputes.faults(devices),
      ...this.overwrites.faults(devices, this.#sent),
      ...faultsOfNext([...this.#sent, ...devices.flatMap(({ sent }) => sent)]),
    ]
    this.#members.forEach((member, index) => {
      if (!member.isQuiet) faults.push(`device ${index} has not settled: ${member.device.tale}`)
      const shown = JSON.stringify(sorted(member.device.state.tasks.values()))
      if (shown !== expected) faults.push(`device ${index} shows ${shown}, the API has ${expected}`)
    })
    return faults
  }
}

/** A device may have done it first. */
export const unlessGone = (done: Promise<unknown>) => unless('not_found', done)

/** What the API says of a task's fields depends on what the task has. */
export const unlessRefused = (done: Promise<unknown>) => unless('validation_failed', done)

async function unless(code: string, done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (!(error instanceof TasklaneError && error.code === code)) throw error
  })
}

function renewed(make: () => string): () => string {
  let [token, madeAt] = ['', Number.NEGATIVE_INFINITY]
  return () => {
    if (performance.now() - madeAt > TOKEN_MILLISECONDS) [token, madeAt] = [make(), performance.now()]
    return token
  }
}

function sorted(tasks: Iterable<{ id: string }>): unknown[] {
  return [...tasks]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((task) => Object.entries(task).sort(([a], [b]) => (a < b ? -1 : 1)))
}
