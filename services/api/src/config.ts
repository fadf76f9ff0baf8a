import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { AddressError, parseDatabaseUrl } from './database/address.ts'
import { DEFAULT_QUOTA } from './database/quota.ts'
import { faultOfOrigin } from './http/wire/origin.ts'

/** Where callers' tokens come from. Exactly one of the three is in force. */
export type TokenSource =
  | { kind: 'built-in' }
  | { kind: 'jwks'; url: string; issuer: string; audience: string }
  | { kind: 'secret'; secret: Uint8Array; issuer: string | undefined; audience: string | undefined }

export interface Config {
  host: string
  port: number
  dataDir: string
  databaseUrl: string | undefined
  databasePoolSize: number
  databasePrepare: boolean
  tokens: TokenSource
  /** Undefined: made at the first start and kept in `dataDir`. */
  authSecret: string | undefined
  corsOrigins: string[]
  trustProxy: string[]
  rateLimitPerMinute: number
  logLevel: LogLevel
  metricsPort: number | undefined
  trashRetentionDays: number
  /** How many tasks a user may have, those in the trash included; 0 for any number. */
  maxTasksPerUser: number
  /** Whether anybody may make an account with the built-in issuer. */
  signUp: boolean
  /** How many processes share the port. */
  workers: number
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

/** RFC 7518 section 3.2: an HS256 key is at least as long as its hash. */
const MINIMUM_SECRET_BYTES = 32
const MINIMUM_POOL_SIZE = 4

/** All that is wrong with the environment, at once; its message says what to write instead. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`Cannot start:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/**
 * The only reader of the environment.
 *
 * @throws {ConfigError} listing every fault at once, and never a secret's value.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const read = new EnvironmentReader(env)
  const config: Config = {
    host: withoutBrackets(read.text('HOST') ?? '127.0.0.1'),
    port: read.integer('PORT', 3000, 0, 65_535),
    dataDir: read.text('DATA_DIR') ?? './data',
    databaseUrl: readDatabaseUrl(read),
    databasePoolSize: read.integer('DATABASE_POOL_SIZE', 10, MINIMUM_POOL_SIZE, 1000),
    databasePrepare: read.choice('DATABASE_PREPARE', ['on', 'off'], 'on') === 'on',
    tokens: readTokenSource(read),
    authSecret: readAuthSecret(read),
    corsOrigins: readOrigins(read),
    trustProxy: readProxies(read),
    rateLimitPerMinute: read.integer('RATE_LIMIT_PER_MINUTE', 6000, 0, 1_000_000_000),
    logLevel: read.choice('LOG_LEVEL', logLevels, 'info'),
    metricsPort:
      read.text('METRICS_PORT') === undefined ? undefined : read.integer('METRICS_PORT', 0, 1, 65_535),
    trashRetentionDays: read.integer('TRASH_RETENTION_DAYS', 30, 1, 36_500),
    maxTasksPerUser: read.integer('MAX_TASKS_PER_USER', DEFAULT_QUOTA, 0, 1_000_000_000),
    signUp: read.choice('SIGN_UP', ['on', 'off'], 'on') === 'on',
    workers: readWorkers(read),
  }
  if (read.problems.length > 0) throw new ConfigError(read.problems)
  return config
}

class EnvironmentReader {
  readonly problems: string[] = []
  readonly #env: NodeJS.ProcessEnv

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  /** An empty value counts as unset, as in `PORT= npm start`. */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim()
    return value === '' ? undefined : value
  }

  /** A secret's white space is part of it, as it is for every other holder of the same secret. */
  secret(name: string): string | undefined {
    return this.text(name) === undefined ? undefined : this.#env[name]
  }

  list(name: string): string[] {
    const parts = this.text(name)?.split(',') ?? []
    return parts.map((part) => part.trim()).filter((part) => part !== '')
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    const value = this.text(name)
    if (value === undefined) return fallback
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    if (number >= minimum && number <= maximum) return number
    this.problems.push(
      `${name} must be an integer from ${minimum} to ${maximum}: current value is "${value.slice(0, 40)}"`,
    )
    return fallback
  }

  choice<const T extends string>(name: string, options: readonly T[], fallback: T): T {
    const value = this.text(name)
    if (value === undefined) return fallback
    const match = options.find((option) => option === value)
    if (match !== undefined) return match
    this.problems.push(
      `${name} must be one of ${options.join(', ')}: current value is "${value.slice(0, 40)}"`,
    )
    return fallback
  }
}

/** An IPv6 address may stand as it does in a URL. */
function withoutBrackets(host: string): string {
  const address = /^\[(.*)\]$/.exec(host)?.[1]
  return address !== undefined && isIP(address) === 6 ? address : host
}

function readWorkers(read: EnvironmentReader): number {
  const workers =
    read.text('WORKERS') === 'auto' ? availableParallelism() : read.integer('WORKERS', 1, 1, 256)
  if (workers > 1 && read.text('DATABASE_URL') === undefined) {
    read.problems.push(
      'WORKERS needs DATABASE_URL: the embedded database is of one process; set WORKERS to 1',
    )
    return 1
  }
  return workers
}

function readDatabaseUrl(read: EnvironmentReader): string | undefined {
  const url = read.text('DATABASE_URL')
  if (url === undefined) return undefined
  // The value is never repeated: it holds a password.
  try {
    parseDatabaseUrl(url)
  } catch (error) {
    if (!(error instanceof AddressError)) throw error
    read.problems.push(`DATABASE_URL ${error.message}`)
  }
  return url
}

function readTokenSource(read: EnvironmentReader): TokenSource {
  const url = read.text('JWT_JWKS_URL')
  const secret = readJwtSecret(read)
  const issuer = read.text('JWT_ISSUER')
  const audience = read.text('JWT_AUDIENCE')
  if (url !== undefined && secret !== undefined) {
    read.problems.push('JWT_JWKS_URL and JWT_SECRET exclude each other: keep one and remove the other')
  }
  if (url !== undefined) return readJwks(read, url, issuer, audience)
  if (secret !== undefined) return { kind: 'secret', secret, issuer, audience }
  if (issuer !== undefined || audience !== undefined) {
    read.problems.push('JWT_ISSUER and JWT_AUDIENCE need JWT_JWKS_URL or JWT_SECRET: add one or remove them')
  }
  return { kind: 'built-in' }
}

function readJwks(
  read: EnvironmentReader,
  url: string,
  issuer: string | undefined,
  audience: string | undefined,
): TokenSource {
  // With a user or a password in it, it could not be fetched, and would appear in the log.
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || hasCredentials(url)) {
    read.problems.push(
      'JWT_JWKS_URL must be an http or https address without credentials, such as https://issuer/.well-known/jwks.json',
    )
  }
  if (issuer === undefined)
    read.problems.push('JWT_ISSUER must be set with JWT_JWKS_URL: the exact "iss" of your tokens')
  if (audience === undefined)
    read.problems.push('JWT_AUDIENCE must be set with JWT_JWKS_URL: the exact "aud" of your tokens')
  return { kind: 'jwks', url, issuer: issuer ?? '', audience: audience ?? '' }
}

function hasCredentials(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

function readJwtSecret(read: EnvironmentReader): Uint8Array | undefined {
  const text = read.secret('JWT_SECRET')
  if (text === undefined) return undefined
  const secret = new TextEncoder().encode(text)
  checkSecretLength(read, 'JWT_SECRET', secret.byteLength)
  return secret
}

function readAuthSecret(read: EnvironmentReader): string | undefined {
  const secret = read.secret('AUTH_SECRET')
  if (secret !== undefined) checkSecretLength(read, 'AUTH_SECRET', Buffer.byteLength(secret))
  const builtIn = read.text('JWT_JWKS_URL') === undefined && read.text('JWT_SECRET') === undefined
  const shared = read.text('DATABASE_URL') !== undefined && read.text('NODE_ENV') === 'production'
  if (secret === undefined && builtIn && shared) {
    read.problems.push(
      'AUTH_SECRET must be set with DATABASE_URL in production, the same for every process: try `openssl rand -hex 32`',
    )
  }
  return secret
}

function checkSecretLength(read: EnvironmentReader, name: string, bytes: number): void {
  if (bytes >= MINIMUM_SECRET_BYTES) return
  read.problems.push(
    `${name} must be at least ${MINIMUM_SECRET_BYTES} bytes: current length is ${bytes}; try \`openssl rand -hex 32\``,
  )
}

function readOrigins(read: EnvironmentReader): string[] {
  const origins = read.list('CORS_ORIGINS')
  for (const origin of origins) {
    const fault = faultOfOrigin(origin)
    if (fault !== undefined) read.problems.push(`CORS_ORIGINS ${fault}`)
  }
  return origins
}

function readProxies(read: EnvironmentReader): string[] {
  const proxies = read.list('TRUST_PROXY')
  for (const proxy of proxies) {
    if (isProxy(proxy)) continue
    read.problems.push(
      `TRUST_PROXY must list addresses or networks such as 10.0.0.0/8 or loopback: current value has "${proxy.slice(0, 100)}"`,
    )
  }
  return proxies
}

function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
