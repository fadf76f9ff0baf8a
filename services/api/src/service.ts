import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { KeptImports } from './account/kept-imports.ts'
import { OwnedAccount } from './account/queries.ts'
import { buildApp } from './app.ts'
import { DeletedAccounts } from './auth/deleted-accounts.ts'
import { fetchJwks } from './auth/fetch-jwks.ts'
import { BUILT_IN_AUDIENCE, BUILT_IN_ISSUER, createIssuer } from './auth/issuer.ts'
import { KeySet } from './auth/key-set.ts'
import type { PasswordCost } from './auth/password.ts'
import { loadAuthSecret } from './auth/secret.ts'
import { TokenVerifier } from './auth/verifier.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { migrate } from './database/migrate.ts'
import { Owner } from './database/owner.ts'
import { proveSettings } from './database/prove-settings.ts'
import { proveWalls } from './database/prove-walls.ts'
import { loadServiceKey } from './database/service-key.ts'
import { TokenSealer } from './http/contract/sealed-token.ts'
import type { OverloadLimits } from './http/wire/overload.ts'
import type { Timeouts } from './http/wire/timeouts.ts'
import { linesDroppedBy } from './log.ts'
import { Metrics } from './metrics/metrics.ts'
import { serveMetrics } from './metrics/routes.ts'
import { Retention } from './retention/retention.ts'
import type { StreamTiming } from './sync/timing.ts'

/** What a test may set instead of waiting. */
export interface Timing {
  /** The clock that tokens, keys and limits are judged by, in milliseconds since the epoch. */
  now?: () => number
  /** What revisions follow besides their count. */
  revisionClock?: () => number
  deletedAccountsPollMilliseconds?: number
  timeouts?: Timeouts
  streams?: StreamTiming
  databaseWaitMilliseconds?: number
  /** Before an import goes on that could not be written to its end. */
  importPauseMilliseconds?: number
  overload?: OverloadLimits
  /** Passwords are slow to hash, so that they are slow to guess. */
  passwordCost?: PasswordCost | undefined
}

/** Brings an open database up to date, proves its isolation, and builds the app on it. Closing the app closes it. */
export async function startApp(
  config: Config,
  database: Database,
  log: Logger,
  timing: Timing = {},
): Promise<FastifyInstance> {
  try {
    await proveSettings(database)
    await migrate(database, log)
    await proveWalls(database)
    const keptImports = await finishImports(config, database, log, timing.importPauseMilliseconds)
    const { verifier, issuer } = await startAuthentication(config, database, log, timing)
    const sealer = new TokenSealer(await loadServiceKey(database.pool, 'token-sealer'))
    const metrics = new Metrics(database)
    metrics.counter('log_lines_dropped_total', 'Lines of the log that nobody read', () => linesDroppedBy(log))
    const dependencies = { config, database, log, verifier, issuer, sealer, metrics, keptImports }
    const app = await buildApp({ ...dependencies, ...timing })
    const retention = startRetention(config, database, log)
    const metricsServer = await startMetrics(config, metrics)
    app.addHook('onClose', async () => {
      retention.stop()
      issuer?.deletedAccounts.stop()
      metricsServer?.close()
      await database.close()
    })
    return app
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Nobody listens yet, and nobody's rows are made. */
const hooks = { provision: async () => {}, changed: () => {} }

/** Writes what a process that was killed has left of imports. Only the embedded database writes them in parts. */
async function finishImports(
  { dataDir }: Config,
  database: Database,
  log: Logger,
  pauseMilliseconds: number | undefined,
) {
  if (database.engine !== 'embedded') return undefined
  const keptImports = new KeptImports(join(dataDir, 'imports'), pauseMilliseconds)
  for (const kept of await keptImports.left()) {
    log.info('finishing an import that was cut off')
    const account = new OwnedAccount(new Owner(kept.userId, database, hooks))
    await account.finish(kept).catch((err: unknown) => {
      log.warn({ err }, 'an import cannot be finished yet')
      keptImports.later(kept, () => account.finish(kept))
    })
  }
  return keptImports
}

function startRetention(config: Config, database: Database, log: Logger): Retention {
  const retention = new Retention({
    pool: database.pool,
    log,
    retentionDays: config.trashRetentionDays,
    ownerOf: (userId) => new Owner(userId, database, hooks),
  })
  retention.start()
  return retention
}

async function startMetrics({ host, metricsPort, workers }: Config, metrics: Metrics) {
  return metricsPort === undefined || workers > 1 ? undefined : serveMetrics(metrics, host, metricsPort)
}

async function startAuthentication(config: Config, database: Database, log: Logger, timing: Timing) {
  const { tokens } = config
  if (tokens.kind === 'secret') {
    return { verifier: new TokenVerifier(tokens.secret, tokens, timing.now), issuer: undefined }
  }
  if (tokens.kind === 'jwks') {
    const verifier = withKeySet(() => fetchJwks(tokens.url), tokens, log, timing)
    return { verifier, issuer: undefined }
  }
  const secret = loadAuthSecret(config.authSecret, config.dataDir)
  const issuer = await createIssuer({ database, secret, log, passwordCost: timing.passwordCost })
  const deletedAccounts = new DeletedAccounts(database.pool, log, timing.deletedAccountsPollMilliseconds)
  await deletedAccounts.start()
  const expected = { issuer: BUILT_IN_ISSUER, audience: BUILT_IN_AUDIENCE }
  const verifier = withKeySet(() => issuer.publicKeys(), expected, log, timing)
  return { verifier, issuer: { issuer, deletedAccounts } }
}

function withKeySet(
  fetchKeys: ConstructorParameters<typeof KeySet>[0]['fetchKeys'],
  expected: { issuer: string; audience: string },
  log: Logger,
  { now }: Timing,
): TokenVerifier {
  const keys = new KeySet({
    fetchKeys,
    now,
    onChange: () => verifier.forget(),
    onWeakKey: (kid, weakness) =>
      log.warn({ kid, weakness }, 'a key of the token issuer is not used: anyone could sign for it'),
    onFailure: (err) =>
      log.warn({ err }, "the token issuer's keys cannot be fetched; the last ones stay in use"),
  })
  const verifier = new TokenVerifier(keys, expected, now)
  // Not awaited: an issuer that is down must not keep us from starting.
  void keys.refresh()
  return verifier
}
