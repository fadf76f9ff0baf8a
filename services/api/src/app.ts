import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { Logger } from 'pino'
import { createProvision } from './account/provision.ts'
import { OwnedAccount } from './account/queries.ts'
import { createRemoveAccount } from './account/remove.ts'
import { accountRoutes } from './account/routes.ts'
import { authenticate, callerOf } from './auth/authentication.ts'
import type { DeletedAccounts } from './auth/deleted-accounts.ts'
import type { Issuer } from './auth/issuer.ts'
import { limitRequests, RateLimiter } from './auth/rate-limit.ts'
import { authRoutes, keyRoutes } from './auth/routes.ts'
import type { TokenVerifier } from './auth/verifier.ts'
import { batchRoutes } from './batch/routes.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { WAIT_MILLISECONDS } from './database/deadline.ts'
import { Owner } from './database/owner.ts'
import { NO_QUOTA } from './database/quota.ts'
import { refuseAmbiguousRequests } from './http/ambiguity.ts'
import { acceptJsonOnly, BODY_LIMIT_BYTES } from './http/body.ts'
import { limitBodyTime } from './http/body-deadline.ts'
import { createByteRefusal } from './http/client-error.ts'
import { answerInOrder } from './http/connections.ts'
import { allowOrigins } from './http/cors.ts'
import { setDeadlines } from './http/deadline.ts'
import { readForwarded } from './http/forwarded.ts'
import { requestIdOf, setCommonHeaders } from './http/headers.ts'
import { refuseUnknownRoutes } from './http/known-paths.ts'
import { replaceNodeDefaults } from './http/node-defaults.ts'
import { sendError } from './http/problem.ts'
import type { TokenSealer } from './http/sealed-token.ts'
import { buildSerializer } from './http/serialization.ts'
import { productionTimeouts, type Timeouts } from './http/timeouts.ts'
import { closeUnusedConnections } from './http/unused-connections.ts'
import { refuseLongUrls, refuseUndecodableUrls } from './http/urls.ts'
import { validateWholeRequests } from './http/validation.ts'
import type { Metrics } from './metrics/metrics.ts'
import { reportRequests, reportTunnel } from './metrics/request-log.ts'
import { metricsRoutes } from './metrics/routes.ts'
import { describeApi } from './openapi/describe-api.ts'
import { healthRoutes } from './pages/health.ts'
import { welcomePage } from './pages/welcome.ts'
import { ChangeHub } from './sync/hub.ts'
import { OwnedChanges } from './sync/queries.ts'
import { syncRoutes } from './sync/routes.ts'
import { productionStreamTiming, type StreamTiming } from './sync/timing.ts'
import { OwnedTasks } from './tasks/queries.ts'
import { taskRoutes } from './tasks/routes.ts'
import { OwnedTrash } from './trash/queries.ts'
import { trashRoutes } from './trash/routes.ts'

declare module 'fastify' {
  /** A handler reaches nothing but the caller's own. Asking for any of it without a caller is a bug. */
  interface FastifyRequest {
    readonly owner: Owner
    readonly tasks: OwnedTasks
    readonly trash: OwnedTrash
    readonly changes: OwnedChanges
    readonly account: OwnedAccount
  }
}

export interface AppDependencies {
  config: Config
  database: Database
  log: Logger
  verifier: TokenVerifier
  sealer: TokenSealer
  metrics: Metrics
  /** Absent with an outside issuer; then `/auth/*` is not there either. */
  issuer: { issuer: Issuer; deletedAccounts: DeletedAccounts } | undefined
  /** For tests, which have no time to wait. */
  timeouts?: Timeouts
  streams?: StreamTiming
  now?: () => number
  databaseWaitMilliseconds?: number
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Above any URL that reaches us, even escaped twice; `refuseLongUrls` sets the real limit. */
const MAXIMUM_PARAMETER_LENGTH = 65_536

/** The service without a socket: hooks and routes in the order in which a request meets them. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, database, verifier, issuer, sealer, metrics } = dependencies
  const { timeouts = productionTimeouts, streams = productionStreamTiming, now = Date.now } = dependencies
  const { databaseWaitMilliseconds = WAIT_MILLISECONDS } = dependencies
  // The wider type: Fastify would make the logger's own type part of every plugin's.
  const log: FastifyBaseLogger = dependencies.log
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
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
    clientErrorHandler: createByteRefusal(log, () => metrics.refusedConnections.inc()),
  })

  readForwarded(app)
  closeUnusedConnections(app)
  replaceNodeDefaults(app, (requestId) => reportTunnel(app, metrics, requestId))
  answerInOrder(app)
  app.setErrorHandler(sendError)
  reportRequests(app, metrics)
  metrics.watchDatabaseErrors(app)
  app.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply)
    done()
  })
  setDeadlines(app, databaseWaitMilliseconds)
  limitBodyTime(app, timeouts)
  refuseLongUrls(app)
  refuseAmbiguousRequests(app)
  await allowOrigins(app, config.corsOrigins)
  const limiter = new RateLimiter(config.rateLimitPerMinute, now)
  authenticate(app, { verifier, deletedAccounts: issuer?.deletedAccounts, limiter })
  limitRequests(app, limiter)
  refuseUndecodableUrls(app)
  refuseUnknownRoutes(app)
  acceptJsonOnly(app)
  validateWholeRequests(app)

  const hub = new ChangeHub(database.pool, dependencies.log, streams.pollMilliseconds)
  app.addHook('preClose', async () => hub.close())
  metrics.gauge('event_streams', 'Open event streams', () => hub.size)
  const hooks = { provision: createProvision(database.pool, issuer !== undefined), changed: hub.changed }
  const quota = config.maxTasksPerUser === 0 ? NO_QUOTA : config.maxTasksPerUser
  const ownerOf = (userId: string, deadline: number) => new Owner(userId, database, hooks, deadline, quota)
  decorateWithOwned(app, ownerOf, config.trashRetentionDays)

  await describeApi(app, { hasIssuer: issuer !== undefined, signUp: config.signUp })
  await app.register(welcomePage, { accountsByOperator: issuer !== undefined && !config.signUp })
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })
  await app.register(healthRoutes, {
    isReady: async (deadline) => !isStopping && (await isReachable(database, deadline)),
  })
  if (issuer !== undefined) {
    const { corsOrigins, signUp } = config
    await app.register(authRoutes, { issuer: issuer.issuer, corsOrigins, signUp })
    await app.register(keyRoutes, { issuer: issuer.issuer })
  }
  await app.register(taskRoutes, { sealer })
  await app.register(batchRoutes)
  await app.register(syncRoutes, { sealer, hub, keepAliveMilliseconds: streams.keepAliveMilliseconds })
  await app.register(trashRoutes, { sealer })
  await app.register(accountRoutes, {
    remove: createRemoveAccount(database.pool, issuer !== undefined),
    onRemoved(userId) {
      issuer?.deletedAccounts.add(userId)
      hub.endUser(userId)
    },
  })
  if (config.metricsPort === undefined) await app.register(metricsRoutes, { metrics })
  return app
}

function decorateWithOwned(
  app: FastifyInstance,
  ownerOf: (userId: string, deadline: number) => Owner,
  retentionDays: number,
): void {
  app.decorateRequest('owner', {
    getter() {
      return ownerOf(callerOf(this).userId, this.deadline)
    },
  })
  app.decorateRequest('tasks', {
    getter() {
      return new OwnedTasks(this.owner)
    },
  })
  app.decorateRequest('trash', {
    getter() {
      return new OwnedTrash(this.owner, retentionDays)
    },
  })
  app.decorateRequest('changes', {
    getter() {
      return new OwnedChanges(this.owner)
    },
  })
  app.decorateRequest('account', {
    getter() {
      return new OwnedAccount(this.owner)
    },
  })
}

/** Asks the way that requests on tasks ask: long work or a crowd that signs up makes nobody unready. */
async function isReachable(database: Database, deadline: number): Promise<boolean> {
  return database.read(NOBODY, [], deadline).then(
    () => true,
    () => false,
  )
}
