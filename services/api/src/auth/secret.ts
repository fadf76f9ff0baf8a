import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The issuer's secret: `AUTH_SECRET`, else the one in `DATA_DIR/auth-secret`, made at the first start and
 * readable by this user only. Losing it invalidates all sessions and signing keys.
 */
export function loadAuthSecret(configured: string | undefined, dataDir: string): string {
  if (configured !== undefined) return configured
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'auth-secret')
  if (!existsSync(path)) createSecret(path)
  const secret = readFileSync(path, 'utf8').trim()
  if (secret.length < 32)
    throw new Error(
      `The file ${path} does not hold a secret: restore it; if it is lost, delete it and see docs/tokens.md`,
    )
  return secret
}

/**
 * A hard link is made by one process only, and the file has its content from the first moment: processes that
 * start at once agree on one secret, and none that is killed leaves an empty file.
 */
function createSecret(path: string): void {
  const candidate = `${path}.${randomUUID()}`
  writeFileSync(candidate, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(candidate, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(candidate)
  }
}
