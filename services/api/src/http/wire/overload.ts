import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Backlog } from '../../database/backlog.ts'
import { unavailable } from '../../errors.ts'
import { LoopWatch } from './loop-watch.ts'

/** From when on more is refused than taken. */
export interface OverloadLimits {
  /** So many are always taken: that they wait at all tells of something slow, and not of too many. */
  few: number
  /** A burst or a pause is over by then; where answers are late for longer, more come than can be answered. */
  patienceMilliseconds: number
  /** Nothing at all was answered promptly for so long, as when the database stands still. */
  standstillMilliseconds: number
  /** A turn of the event loop that takes longer is a late one. */
  lateMilliseconds: number
}

export const productionLimits: OverloadLimits = {
  few: 64,
  patienceMilliseconds: 50,
  standstillMilliseconds: 1_000,
  lateMilliseconds: 100,
}

export interface Load {
  backlogs: { readonly read: Backlog; readonly write: Backlog }
  limits: OverloadLimits
  /** Paths that are always answered. */
  isExempt: (path: string) => boolean
}

/**
 * Refuses requests, before their body is read, while more come than are answered in time: 503 at once, instead of an
 * answer after which nobody waits any more. Those that are taken are answered as fast as ever. The token has been judged
 * by then: a bad one is a 401 whatever the load.
 */
export function refuseOverload(app: FastifyInstance, { backlogs, limits, isExempt }: Load): void {
  const loop = new LoopWatch(limits.lateMilliseconds, limits.few)
  const queues = { read: new Queue(backlogs.read, limits), write: new Queue(backlogs.write, limits) }
  app.addHook('onRequest', (request, _reply, done) => {
    if (isExempt(request.url)) return done()
    if (!loop.admits() || (request.caller !== null && queues[kindOf(request)].isStanding(performance.now())))
      throw unavailable('More requests come than can be answered')
    done()
  })
}

function kindOf({ method }: FastifyRequest): 'read' | 'write' {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write'
}

/** Tells a queue that stands from one that a burst has made (after CoDel, RFC 8289). */
export class Queue {
  readonly #backlog: Backlog
  readonly #limits: OverloadLimits
  /** When it was last short. */
  #shortAt = performance.now()

  constructor(backlog: Backlog, limits: OverloadLimits) {
    this.#backlog = backlog
    this.#limits = limits
  }

  isStanding(now: number): boolean {
    if (this.#backlog.waiting < this.#limits.few) {
      this.#shortAt = now
      return false
    }
    const { lateAt, promptAt } = this.#backlog
    const { patienceMilliseconds, standstillMilliseconds } = this.#limits
    return (
      now - Math.max(this.#shortAt, lateAt) >= patienceMilliseconds ||
      now - Math.max(this.#shortAt, promptAt) >= standstillMilliseconds
    )
  }
}
