import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The issuer's secret: `AUTH_SECRET`, else the one in `DATA_DIR/auth-secret`, made at the first start and
 * readable by this user only. Losing it invalidates all sessions and signing keys.
 */
export function loadAuthSecret(configured: string | undefined, dataDir: string): string {
  if (configured !== undefined) return configured
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'auth-secret')
  try {
    // Fails if the file exists, so two processes that start at once agree on one secret.
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < 32)
    throw new Error(`The file ${path} does not hold a secret: restore it, or set AUTH_SECRET`)
  return secret
}
