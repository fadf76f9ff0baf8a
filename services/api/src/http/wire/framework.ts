import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import { BODY_LIMIT_BYTES } from '../contract/body.ts'
import { sendError } from '../contract/problem.ts'
import { buildSerializer } from '../contract/serialization.ts'
import { createByteRefusal } from './client-error.ts'
import { requestIdOf, setCommonHeaders } from './headers.ts'
import type { Timeouts } from './timeouts.ts'

/** Above any URL that reaches us, even escaped twice; `refuseLongUrls` sets the real limit. */
const MAXIMUM_PARAMETER_LENGTH = 65_536

export interface FrameworkOptions {
  log: FastifyBaseLogger
  /** Proxies whose headers are believed. */
  trustProxy: string[]
  timeouts: Timeouts
  /** Told of a connection that is ended because its bytes are no request. */
  onBytesRefused: () => void
}

/** Fastify without a hook or a route, set so that all that it would answer by itself is answered by us. */
export function createFramework({
  log,
  trustProxy,
  timeouts,
  onBytesRefused,
}: FrameworkOptions): FastifyInstance {
  return fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: trustProxy.length > 0 ? trustProxy : false,
    http: {
      headersTimeout: timeouts.headersMilliseconds,
      connectionsCheckingInterval: timeouts.checkMilliseconds,
      // Two Authorization headers become one that is no token, instead of the first one winning.
      joinDuplicateHeaders: true,
      // Refused by us instead, with a body.
      requireHostHeader: false,
    },
    schemaController: { compilersFactory: { buildSerializer } },
    connectionTimeout: timeouts.stalledMilliseconds,
    // Bodies have a deadline of their own, see limitBodyTime.
    requestTimeout: 0,
    // A request that comes while we are stopping is served, and its connection closed after the answer.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAXIMUM_PARAMETER_LENGTH },
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(request, reply)
      return sendError(error, request, reply)
    },
    clientErrorHandler: createByteRefusal(log, onBytesRefused),
  })
}
