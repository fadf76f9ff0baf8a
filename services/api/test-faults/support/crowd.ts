import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { testSecret } from '../../test/support/app.ts'
import { createGate } from '../../test/support/gate.ts'
import { signed } from '../../test/support/tokens.ts'
import { judge } from './history.ts'
import { Member, readings } from './member.ts'
import { Tally } from './tally.ts'

/** After so much that is wrong nobody needs to see more of it. */
const ENOUGH_WRONG = 50

export interface CrowdOptions {
  users?: number
  /** Whether a connection may break, as it does when the process is killed. */
  mayBreak?: boolean
  /** Whether a member leaves when it is told that its connection ends, as the clients of a balancer do. */
  leaves?: boolean
  /** A token for each of the users. */
  tokens?: readonly string[]
}

export interface Findings {
  lost: string[]
  wrong: string[]
}

/** Users who read and write all the time, and remember each answer. */
export class Crowd {
  readonly tally: Tally
  readonly #leaves: boolean
  readonly #members: Member[]
  readonly #loops: Promise<void>[]
  #gate = createGate()
  #url = ''
  #busy = 0
  #isOver = false

  private constructor(tokens: readonly string[], { mayBreak = false, leaves = false }: CrowdOptions) {
    this.tally = new Tally(mayBreak)
    this.#leaves = leaves
    const place = { url: () => this.#open(), tally: this.tally }
    this.#members = tokens.map((token, number) => new Member(place, `user ${number}`, token))
    this.#loops = this.#members.flatMap((member) => [
      this.#repeat((round) => member.write(round)),
      ...readings.map((reading) => this.#repeat(() => member.read(reading))),
    ])
  }

  static async gather(options: CrowdOptions = {}): Promise<Crowd> {
    const users = Array.from({ length: options.users ?? 4 }, () => lastingToken(randomUUID()))
    const crowd = new Crowd(options.tokens ?? (await Promise.all(users)), options)
    // A test that fails midway must not leave them to disturb the next.
    onTestFinished(() => crowd.#disperse())
    return crowd
  }

  /** From now on the service is there. */
  start(url: string): void {
    this.#url = url
    this.#gate.open()
  }

  /** Nothing more is sent until it is there again. */
  pause(): void {
    this.#gate = createGate()
  }

  /** Whether nothing is under way. */
  get isResting(): boolean {
    return this.#busy === 0
  }

  /** Resolves when so many more requests were answered well, or everybody has left. */
  async answered(count: number): Promise<void> {
    await Promise.race([this.tally.answeredTimes(count), this.left()])
  }

  /** Resolves when every one of them has been refused about once more, or everybody has left. */
  async refused(): Promise<void> {
    await Promise.race([this.tally.refusedTimes(this.#loops.length), this.left()])
  }

  /** Resolves when everybody has left. */
  async left(): Promise<void> {
    await Promise.all(this.#loops)
  }

  /** Ends, looks at what there is, and judges all that was seen. */
  async finish(): Promise<Findings> {
    this.#isOver = true
    await this.left()
    await Promise.all(this.#members.map((member) => member.agree()))
    const verdicts = this.#members.map(({ events }) => judge(events))
    return {
      lost: verdicts.flatMap(({ lost }) => lost),
      wrong: [...this.tally.wrong, ...verdicts.flatMap(({ wrong }) => wrong)],
    }
  }

  async #disperse(): Promise<void> {
    this.#isOver = true
    this.#gate.open()
    await this.left()
  }

  async #open(): Promise<string> {
    await this.#gate.passed
    return this.#url
  }

  async #repeat(step: (round: number) => Promise<boolean>): Promise<void> {
    for (let round = 0; ; round += 1) {
      await this.#gate.passed
      if (this.#isOver || this.tally.wrong.length > ENOUGH_WRONG) return
      this.#busy += 1
      const isLast = await step(round)
      this.#busy -= 1
      if (isLast && this.#leaves) return
    }
  }
}

/** Without a time of issue, which a clock that is put back would find in the future. */
export function lastingToken(userId: string): Promise<string> {
  const hour = Math.floor(Date.now() / 1000) + 3600
  return signed({ sub: userId, exp: hour }, new TextEncoder().encode(testSecret))
}
