import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { account } from './account/feature.ts'
import type { KeptImports } from './account/kept-imports.ts'
import { createProvision } from './account/provision.ts'
import { createRemoveAccount } from './account/remove.ts'
import type { AccountOptions } from './account/routes.ts'
import { authenticate, pathsAt } from './auth/authentication.ts'
import type { DeletedAccounts } from './auth/deleted-accounts.ts'
import type { Issuer } from './auth/issuer.ts'
import { isProbe, limitRequests, RateLimiter } from './auth/rate-limit.ts'
import { decorateWithOwner } from './auth/request-owner.ts'
import { authRoutes, keyRoutes } from './auth/routes.ts'
import type { TokenVerifier } from './auth/verifier.ts'
import { batch } from './batch/feature.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { WAIT_MILLISECONDS } from './database/deadline.ts'
import { Owner } from './database/owner.ts'
import { NO_QUOTA } from './database/quota.ts'
import { decorateRequests, type Feature } from './feature.ts'
import { acceptJsonOnly } from './http/contract/body.ts'
import { compressLargeAnswers } from './http/contract/compression.ts'
import { sendError } from './http/contract/problem.ts'
import type { TokenSealer } from './http/contract/sealed-token.ts'
import { validateWholeRequests } from './http/contract/validation.ts'
import { limitBodyTime } from './http/wire/body-deadline.ts'
import { answerInOrder } from './http/wire/connections.ts'
import { allowOrigins } from './http/wire/cors.ts'
import { setDeadlines } from './http/wire/deadline.ts'
import { readForwarded } from './http/wire/forwarded.ts'
import { createFramework } from './http/wire/framework.ts'
import { setCommonHeaders } from './http/wire/headers.ts'
import { LoopWatch } from './http/wire/loop-watch.ts'
import { replaceNodeDefaults } from './http/wire/node-defaults.ts'
import { type OverloadLimits, productionLimits, refuseOverload } from './http/wire/overload.ts'
import { refuseAmbiguousRequests } from './http/wire/refuse-ambiguous-requests.ts'
import { refuseLongUrls, refuseUndecodableUrls } from './http/wire/refuse-bad-urls.ts'
import { refuseUnknownRoutes } from './http/wire/refuse-unknown-routes.ts'
import { productionTimeouts, type Timeouts } from './http/wire/timeouts.ts'
import { closeUnusedConnections } from './http/wire/unused-connections.ts'
import type { Metrics } from './metrics/metrics.ts'
import { reportRequests, reportTunnel } from './metrics/request-log.ts'
import { metricsRoutes } from './metrics/routes.ts'
import { moves } from './moves/feature.ts'
import { describeApi } from './openapi/describe-api.ts'
import { answerProbes } from './pages/health.ts'
import { answerNavigations, type WebFiles, webAppRoutes } from './pages/web-app.ts'
import { readWebFiles } from './pages/web-files.ts'
import { sync } from './sync/feature.ts'
import { ChangeHub } from './sync/hub.ts'
import type { SyncOptions } from './sync/open-stream.ts'
import { productionStreamTiming, type StreamTiming } from './sync/timing.ts'
import { tags } from './tags/feature.ts'
import { tasks } from './tasks/feature.ts'
import { type TrashServices, trash } from './trash/feature.ts'

export interface AppDependencies {
  config: Config
  database: Database
  log: Logger
  verifier: TokenVerifier
  sealer: TokenSealer
  metrics: Metrics
  keptImports?: KeptImports | undefined
  /** Absent with an outside issuer; then `/auth/*` is not there either. */
  issuer: { issuer: Issuer; deletedAccounts: DeletedAccounts } | undefined
  /** For tests, which have no time to wait. */
  timeouts?: Timeouts
  streams?: StreamTiming
  now?: () => number
  revisionClock?: () => number
  databaseWaitMilliseconds?: number
  overload?: OverloadLimits
}

/** What the features need, all together. */
type Services = SyncOptions & TrashServices & AccountOptions

/** The resources that belong to a caller. */
const features: readonly Feature<Services>[] = [tasks, moves, tags, batch, trash, sync, account]

/** Only a token opens these paths, and any below them, whether a route serves them or not. */
export const protectedPrefixes = [...new Set(features.map(({ prefix }) => prefix))]
const isProtected = pathsAt(protectedPrefixes)

/** The service without a socket: hooks and routes in the order in which a request meets them. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, metrics, timeouts = productionTimeouts } = dependencies
  const app = createFramework({
    log: dependencies.log,
    trustProxy: config.trustProxy,
    timeouts,
    onBytesRefused: () => metrics.refusedConnections.inc(),
  })
  const files = readWebFiles()
  await addHooks(app, dependencies, timeouts, files)
  const services = createServices(app, dependencies)
  decorateWithOwner(app, ownersOf(dependencies, services.hub))
  decorateRequests(app, features, services)
  await addRoutes(app, dependencies, services)
  await app.register(webAppRoutes, { files })
  return app
}

async function addHooks(
  app: FastifyInstance,
  dependencies: AppDependencies,
  timeouts: Timeouts,
  files: WebFiles,
): Promise<void> {
  const { config, metrics, verifier, issuer, database, now, overload = productionLimits } = dependencies
  const loop = new LoopWatch(overload.lateMilliseconds)
  app.addHook('onClose', async () => loop.end())
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
  setDeadlines(app, loop, dependencies.databaseWaitMilliseconds ?? WAIT_MILLISECONDS)
  limitBodyTime(app, timeouts)
  refuseLongUrls(app)
  refuseAmbiguousRequests(app)
  await allowOrigins(app, config.corsOrigins)
  const limiter = new RateLimiter(config.rateLimitPerMinute, now)
  answerNavigations(app, files, limiter)
  authenticate(app, { verifier, deletedAccounts: issuer?.deletedAccounts, limiter, isProtected })
  refuseOverload(app, { backlogs: database.backlogs, limits: overload, loop, isExempt: isProbe })
  limitRequests(app, limiter)
  refuseUndecodableUrls(app)
  refuseUnknownRoutes(app)
  acceptJsonOnly(app)
  compressLargeAnswers(app)
  validateWholeRequests(app)
}

function createServices(app: FastifyInstance, dependencies: AppDependencies): Services {
  const { config, database, log, sealer, metrics, issuer, streams = productionStreamTiming } = dependencies
  const hub = new ChangeHub(database.pool, log, streams.pollMilliseconds)
  app.addHook('preClose', async () => hub.close())
  metrics.gauge('event_streams', 'Open event streams', () => hub.size)
  return {
    sealer,
    hub,
    keepAliveMilliseconds: streams.keepAliveMilliseconds,
    retentionDays: config.trashRetentionDays,
    keptImports: dependencies.keptImports,
    remove: createRemoveAccount(database.pool, issuer !== undefined),
    onRemoved(userId) {
      issuer?.deletedAccounts.add(userId)
      hub.endUser(userId)
    },
  }
}

function ownersOf(dependencies: AppDependencies, { changed }: ChangeHub) {
  const { config, database, issuer, revisionClock: now, databaseWaitMilliseconds } = dependencies
  const provision = createProvision(database.pool, issuer !== undefined)
  const hooks = { provision, changed, now, waitMilliseconds: databaseWaitMilliseconds }
  const quota = config.maxTasksPerUser === 0 ? NO_QUOTA : config.maxTasksPerUser
  return (userId: string, deadline: number) => new Owner(userId, database, hooks, deadline, quota)
}

async function addRoutes(
  app: FastifyInstance,
  { config, database, issuer, metrics }: AppDependencies,
  services: Services,
): Promise<void> {
  const { corsOrigins, signUp } = config
  const hasIssuer = issuer !== undefined
  await describeApi(app, {
    tokens: { hasIssuer, signUp },
    tags: features.flatMap(({ tag = [] }) => tag),
    schemas: features.flatMap(({ schemas = [] }) => schemas),
    isProtected,
  })
  await answerProbes(app, database)
  if (hasIssuer) {
    await app.register(authRoutes, { issuer: issuer.issuer, corsOrigins, signUp })
    await app.register(keyRoutes, { issuer: issuer.issuer })
  }
  for (const { routes } of features) await app.register(routes, services)
  if (config.metricsPort === undefined) await app.register(metricsRoutes, { metrics })
}
