import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Backlog } from '../../database/backlog.ts'
import { unavailable } from '../../errors.ts'
import { PROBLEM_MEDIA_TYPE, problemOf } from '../contract/problem.ts'
import { isEnding } from './connections.ts'
import type { LoopWatch } from './loop-watch.ts'

/** From when on more is refused than taken. */
export interface OverloadLimits {
  /** So many are always taken: that they wait at all tells of something slow, and not of too many. */
  few: number
  /** A burst or a pause is over by then; where answers are late for longer, more come than can be answered. */
  patienceMilliseconds: number
  /** Nothing at all was answered promptly for so long, as when the database stands still. */
  standstillMilliseconds: number
  /** While a queue stands, so many are taken as the database answers in this time, and its own. */
  queueMilliseconds: number
  /** These are taken even then, or the database would have nothing to do at times. */
  fewest: number
  /** While a queue stands, what may have waited for so long before it was read is not taken: it would be answered late. */
  oldMilliseconds: number
  /** A turn of the event loop that takes longer is a late one. */
  lateMilliseconds: number
}

export const productionLimits: OverloadLimits = {
  few: 64,
  patienceMilliseconds: 50,
  standstillMilliseconds: 1_000,
  queueMilliseconds: 30,
  fewest: 16,
  oldMilliseconds: 30,
  lateMilliseconds: 100,
}

/** So long none was refused: the queue does not stand any more. */
const ROOM_MILLISECONDS = 1_000

export interface Load {
  backlogs: { readonly read: Backlog; readonly write: Backlog }
  limits: OverloadLimits
  loop: LoopWatch
  /** Paths that are always answered. */
  isExempt: (path: string) => boolean
}

/**
 * Refuses requests, before their body is read, while more come than are answered in time: 503 at once, instead of an
 * answer after which nobody waits any more. Those that are taken wait a short while. The token has been judged
 * by then: a bad one is a 401 whatever the load.
 */
export function refuseOverload(app: FastifyInstance, { backlogs, limits, loop, isExempt }: Load): void {
  const queues = { read: new Queue(backlogs.read, limits), write: new Queue(backlogs.write, limits) }
  app.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request.url)) return done()
    const isRefused =
      !loop.admits(limits.few) ||
      (request.caller !== null &&
        queues[kindOf(request)].isFull(performance.now(), loop.cameAt(request.raw.socket)))
    if (isRefused) refuse(request, reply)
    else done()
  })
}

const problem = problemOf(unavailable('More requests come than can be answered'))
const refusal = JSON.stringify(problem)
const refusalHeaders = {
  'content-type': PROBLEM_MEDIA_TYPE,
  'content-length': String(refusal.length),
  'retry-after': '1',
}

type HeaderValue = ReturnType<FastifyReply['getHeader']>

/** Past the framework: what a refusal costs is taken from the answers. */
function refuse({ raw }: FastifyRequest, reply: FastifyReply): void {
  const headers: Record<string, HeaderValue> = reply.getHeaders()
  // Which answer is the last of a connection is settled by the hooks that all others pass.
  if (headers.connection !== undefined || isEnding(raw.socket)) throw unavailable(problem.detail)
  reply.hijack()
  reply.raw.writeHead(problem.status, { ...headers, ...refusalHeaders })
  reply.raw.end(refusal)
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
  /** When it last stood, or was full. */
  #stoodAt = Number.NEGATIVE_INFINITY

  constructor(backlog: Backlog, limits: OverloadLimits) {
    this.#backlog = backlog
    this.#limits = limits
  }

  /**
   * Once a queue stands, no more are taken than are answered in time, until there was room for a while.
   *
   * @param cameAt when the request may have come.
   */
  isFull(now: number, cameAt = now): boolean {
    if (this.isStanding(now)) this.#stoodAt = now
    if (now - this.#stoodAt > ROOM_MILLISECONDS) return false
    if (now - cameAt > this.#limits.oldMilliseconds) {
      this.#stoodAt = now
      return true
    }
    const { fastest, waiting } = this.#backlog
    const inTime = this.#backlog.rateAt(now) * (fastest + this.#limits.queueMilliseconds)
    const isFull = waiting >= Math.max(this.#limits.fewest, inTime)
    if (isFull) this.#stoodAt = now
    return isFull
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
