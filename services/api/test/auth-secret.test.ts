import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIssuer } from '../src/auth/issuer.ts'
import { loadAuthSecret } from '../src/auth/secret.ts'
import { createTestDatabase, temporaryFolder } from './support/database.ts'
import { silentLog } from './support/log.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

test('a secret is made once, for this user alone to read', () => {
  const dataDir = join(folder.path, 'not', 'there', 'yet')
  const secret = loadAuthSecret(undefined, dataDir)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect(loadAuthSecret(undefined, dataDir)).toBe(secret)
  expect(readdirSync(dataDir)).toEqual(['auth-secret'])
  expect(statSync(join(dataDir, 'auth-secret')).mode & 0o777).toBe(0o600)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
})

test('AUTH_SECRET goes before the file, and makes none', () => {
  expect(loadAuthSecret('given', folder.path)).toBe('given')
  expect(readdirSync(folder.path)).toEqual([])
})

test('a file that holds no secret is not used', () => {
  writeFileSync(join(folder.path, 'auth-secret'), 'short\n')
  expect(() => loadAuthSecret(undefined, folder.path)).toThrow('does not hold a secret')
})

test('sessions and keys outlive a start with the same secret, and another secret is refused', async () => {
  const { database, drop } = await createTestDatabase()
  const create = (secret: string) => createIssuer({ database, secret, log: silentLog })
  const first = await create('the first secret of at least 32 bytes')
  const { token } = await first.signUp({ email: 'alice@example.com', password: 'correct horse' })
  const again = await create('the first secret of at least 32 bytes')
  expect((await again.mintToken(token)).token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(await again.publicKeys()).toEqual(await first.publicKeys())

  await expect(create('another secret of at least 32 bytes..')).rejects.toThrow(
    /AUTH_SECRET .* is not the one/,
  )
  await database.close()
  await drop()
})

test('of several that start at once on one database, one makes the key', async () => {
  const { database, drop } = await createTestDatabase()
  const secret = 'a shared secret of at least 32 bytes'
  const create = () => createIssuer({ database, secret, log: silentLog })
  const issuers = [await create(), ...(await Promise.all([create(), create()]))]
  for (const issuer of issuers) expect((await issuer.publicKeys()).keys).toHaveLength(1)
  await database.close()
  await drop()
})
