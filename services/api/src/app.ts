import cors from '@fastify/cors'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { createProvision } from './account/provision.ts'
import type { DeletedAccounts } from './auth/deleted-accounts.ts'
import type { Issuer } from './auth/issuer.ts'
import { authRoutes } from './auth/routes.ts'
import type { TokenVerifier } from './auth/verifier.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { authenticate, callerOf } from './http/authentication.ts'
import { acceptJsonOnly, BODY_LIMIT_BYTES } from './http/body.ts'
import { answerClientError } from './http/client-error.ts'
import { requestIdOf, setCommonHeaders } from './http/headers.ts'
import { refuseUnknownRoutes } from './http/known-paths.ts'
import { sendError } from './http/problem.ts'
import { logRequests } from './http/request-log.ts'
import { answerForNode } from './http/strict-http.ts'
import { validateWholeRequests } from './http/validation.ts'
import { describeApi } from './openapi.ts'
import { healthRoutes } from './pages/health.ts'
import { welcomePage } from './pages/welcome.ts'
import { OwnedTasks } from './tasks/queries.ts'
import { taskRoutes } from './tasks/routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's own tasks: all that a handler can reach. Asking for it without a caller is a bug. */
    readonly tasks: OwnedTasks
  }
}

export interface AppDependencies {
  config: Config
  database: Database
  log: Logger
  verifier: TokenVerifier
  /** Absent with an outside issuer; then `/auth/*` is not there either. */
  issuer: { issuer: Issuer; deletedAccounts: DeletedAccounts } | undefined
}

/** Slow headers and dripped bodies are cut off here; Node looks at this interval. */
const HEADERS_TIMEOUT_MILLISECONDS = 10_000
const REQUEST_TIMEOUT_MILLISECONDS = 20_000
const TIMEOUT_CHECK_MILLISECONDS = 2_000

/** Longer than any URL that Node lets pass, so that a long id is an invalid id and not an unknown path. */
const MAXIMUM_PARAMETER_LENGTH = 16_384

/** The service without a socket: hooks and routes in the order in which a request meets them. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, database, verifier, issuer } = dependencies
  // The wider type: Fastify would make the logger's own type part of every plugin's.
  const log: FastifyBaseLogger = dependencies.log
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MILLISECONDS,
      requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MILLISECONDS,
      // Two Authorization headers become one that is no token, instead of the first one winning.
      joinDuplicateHeaders: true,
      // Refused by us instead, as a problem.
      requireHostHeader: false,
    },
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAXIMUM_PARAMETER_LENGTH },
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(request, reply)
      return sendError(error, request, reply)
    },
    clientErrorHandler: answerClientError,
  })

  app.setErrorHandler(sendError)
  logRequests(app)
  app.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply)
    done()
  })
  answerForNode(app)
  if (config.corsOrigins.length > 0) await app.register(cors, corsOptions(config.corsOrigins))
  authenticate(app, { verifier, deletedAccounts: issuer?.deletedAccounts })
  refuseUnknownRoutes(app)
  acceptJsonOnly(app)
  validateWholeRequests(app)

  const provision = createProvision(database.pool, issuer !== undefined)
  app.decorateRequest('tasks', {
    getter() {
      return new OwnedTasks(database, callerOf(this).userId, provision)
    },
  })

  await describeApi(app)
  await app.register(welcomePage)
  await app.register(healthRoutes, { isReady: () => isReachable(database) })
  if (issuer !== undefined) {
    await app.register(authRoutes, { issuer: issuer.issuer, corsOrigins: config.corsOrigins })
  }
  await app.register(taskRoutes)
  return app
}

function corsOptions(origins: string[]) {
  return {
    origin: origins,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
    exposedHeaders: ['ETag', 'Location', 'X-Request-Id', 'Retry-After'],
    maxAge: 600,
  }
}

async function isReachable(database: Database): Promise<boolean> {
  return database.pool.query('select 1').then(
    () => true,
    () => false,
  )
}
