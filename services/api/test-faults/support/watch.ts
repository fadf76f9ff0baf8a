import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Question, send } from './send.ts'

const PAUSE_MILLISECONDS = 20

const questions: { question: Question; status: number }[] = [
  { question: { method: 'GET', path: '/livez' }, status: 200 },
  { question: { method: 'GET', path: '/tasks' }, status: 401 },
  { question: { method: 'GET', path: '/tasks', token: 'x.y.z' }, status: 401 },
]

/** Asks all the time for what needs no database: whether the process lives, and what it thinks of no token and a bad one. */
export class Watch {
  slowestMilliseconds = 0
  /** How often all of it was answered. */
  rounds = 0
  readonly wrong: string[] = []
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #loop: Promise<void>
  #isOver = false

  constructor(url: string) {
    this.#loop = this.#ask(url)
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#loop
    this.#agent.destroy()
  }

  async #ask(url: string): Promise<void> {
    while (!this.#isOver) {
      for (const { question, status } of questions) {
        const { answer, broken, tookMilliseconds } = await send(url, this.#agent, question)
        this.slowestMilliseconds = Math.max(this.slowestMilliseconds, tookMilliseconds)
        const came = answer?.status ?? broken
        if (came !== status) this.wrong.push(`${question.method} ${question.path} was ${came}, not ${status}`)
      }
      this.rounds += 1
      await delay(PAUSE_MILLISECONDS)
    }
  }
}
