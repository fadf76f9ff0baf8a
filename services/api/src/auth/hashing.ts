import { availableParallelism } from 'node:os'
import { deadlineFromNow } from '../database/deadline.ts'
import { Turns } from '../database/turns.ts'
import { unavailable } from '../errors.ts'
import { hashPassword, type PasswordCost, verifyPassword } from './password.ts'

/**
 * A hash takes a core for a third of a second, and one of the four threads on which tokens are verified and answers
 * compressed as well. One core and one thread are left to them.
 */
const AT_A_TIME = Math.min(3, Math.max(1, availableParallelism() - 1))

/** Hashes passwords in turns, so that a crowd that signs in or up takes no time from other requests. */
export class Hashing {
  readonly #cost: PasswordCost | undefined
  readonly #turns = new Turns(AT_A_TIME)
  /** How long the last one took. */
  #milliseconds = 0

  constructor(cost?: PasswordCost) {
    this.#cost = cost
  }

  hash(password: string, deadline?: number): Promise<string> {
    return this.#inTurn(() => hashPassword(password, this.#cost), deadline)
  }

  verify(options: { hash: string; password: string }, deadline?: number): Promise<boolean> {
    return this.#inTurn(() => verifyPassword(options), deadline)
  }

  /**
   * Where there is no line, the hash begins: were one refused because the last one was slow, all would be from then on.
   *
   * @throws {AppError} `unavailable`, at once where the line is so long that the turn would come too late.
   */
  async #inTurn<T>(work: () => Promise<T>, deadline = deadlineFromNow()): Promise<T> {
    const rounds = (this.#turns.waiting('') + 1) / AT_A_TIME
    const isLate = performance.now() + rounds * this.#milliseconds > deadline
    if (isLate && !this.#turns.isFree('')) throw unavailable('Too many sign in or up at once')
    return this.#turns.take('', () => this.#timed(work), deadline)
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const begunAt = performance.now()
    try {
      return await work()
    } finally {
      this.#milliseconds = performance.now() - begunAt
    }
  }
}
