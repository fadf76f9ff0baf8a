import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'
import { type DatabaseAddress, parseDatabaseUrl } from './address.ts'

/** Without this a connection attempt would wait for ever; a sleeping managed database takes seconds to wake. */
const CONNECT_TIMEOUT_MILLISECONDS = 10_000
const KEEP_ALIVE_MILLISECONDS = 10_000

/**
 * The ways to connect to an address, the first to be tried first.
 *
 * Without an `sslmode` it is as with `allow`: plain, and encrypted where the server takes nothing else. On a Unix
 * socket nothing is encrypted, in every mode.
 */
export function connectionsTo(url: string): pg.PoolConfig[] {
  const address = parseDatabaseUrl(url)
  const { host, port, user, password, database, session, directTls } = address
  const base: pg.PoolConfig = {
    ...session,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    application_name: 'tasklane',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
    keepAlive: true,
    // A server that is gone without a word is noticed within seconds; by default only after two hours.
    keepAliveInitialDelayMillis: KEEP_ALIVE_MILLISECONDS,
  }
  const plain = { ...base, ssl: false }
  if (address.sslMode === 'disable' || host?.startsWith('/')) return [plain]
  const encrypted = { ...base, ssl: tlsFor(address), ...(directTls && { sslnegotiation: 'direct' as const }) }
  if (address.sslMode === 'allow') return [plain, encrypted]
  return address.sslMode === 'prefer' ? [encrypted, plain] : [encrypted]
}

function tlsFor({ sslMode, files }: DatabaseAddress): ConnectionOptions {
  const { sslrootcert, sslcert, sslkey } = files
  return {
    ...(sslrootcert !== undefined &&
      sslrootcert !== 'system' && { ca: readCertificate('sslrootcert', sslrootcert) }),
    ...(sslcert !== undefined && { cert: readCertificate('sslcert', sslcert) }),
    ...(sslkey !== undefined && { key: readCertificate('sslkey', sslkey) }),
    rejectUnauthorized: sslMode.startsWith('verify'),
    // `verify-ca` checks who signed the certificate, and not for which name.
    ...(sslMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
  }
}

function readCertificate(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Cannot read the file that ${parameter} in DATABASE_URL names: ${reason}`, { cause })
  }
}
