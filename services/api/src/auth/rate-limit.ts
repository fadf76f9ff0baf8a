import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { networkOf } from './attempts.ts'
import { WindowCounter } from './window-counter.ts'

const WINDOW_SECONDS = 60
/** Probes of load balancers and monitors must not be turned away. */
const probe = /^\/(livez|readyz|metrics)\/?(?=\?|$)/

export function isProbe(url: string): boolean {
  return probe.test(url)
}

/**
 * Limits each user, and each address where nobody is signed in, to so many requests a minute.
 *
 * The headers are those of draft-ietf-httpapi-ratelimit-headers-10.
 */
export class RateLimiter {
  readonly #limit: number
  readonly #now: () => number
  readonly #policy: string
  readonly #counter = new WindowCounter(WINDOW_SECONDS * 1000)

  /**
   * @param limit requests a minute; 0 switches it off.
   * @param now by default a clock that nobody sets: put back, it would make a window last longer.
   */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit
    this.#now = now
    this.#policy = `"default";q=${limit};w=${WINDOW_SECONDS}`
  }

  /** @throws {AppError} `rate_limited` */
  count(request: FastifyRequest, reply: FastifyReply): void {
    if (this.#limit === 0) return
    const now = this.#now()
    const window = this.#counter.windowOf(request.caller?.userId ?? networkOf(request.ip), now)
    window.count += 1
    const seconds = Math.ceil((window.resetsAt - now) / 1000)
    const remaining = Math.max(0, this.#limit - window.count)
    reply.header('ratelimit-policy', this.#policy)
    reply.header('ratelimit', `"default";r=${remaining};t=${seconds}`)
    if (window.count <= this.#limit) return
    throw new AppError('rate_limited', `Too many requests; try again in ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
    })
  }
}

/** Counts every request once: as the user's if it has a valid token, else as its address's. */
export function limitRequests(app: FastifyInstance, limiter: RateLimiter): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!isProbe(request.url)) limiter.count(request, reply)
    done()
  })
}
