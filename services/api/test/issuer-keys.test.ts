import { expect, test } from 'vitest'
import type { TestApp } from './support/app.ts'
import { Client } from './support/client.ts'
import { makeKey, startJwksServer } from './support/jwks-server.ts'
import { expectRefused } from './support/tokens.ts'
import { startTrusting, tokenBy } from './support/trusting-app.ts'

const list = (token: string, { url }: TestApp) => new Client(url, token).get('/tasks')

test('a rotated key is picked up at once', async () => {
  const [before, after] = [await makeKey('before', 'ES256'), await makeKey('after', 'ES256')]
  const other = await startJwksServer([before.jwk])
  const own = await startTrusting(other)
  expect((await list(await tokenBy(before), own)).status).toBe(200)
  other.keys = [before.jwk, after.jwk]
  expect((await list(await tokenBy(after), own)).status).toBe(200)
  await own.close()
  await other.close()
})

test('a withdrawn key stops within 30 seconds, even for a token that was verified before', async () => {
  const [old, next] = [await makeKey('old', 'ES256'), await makeKey('next', 'ES256')]
  const other = await startJwksServer([old.jwk, next.jwk])
  let clock = Date.now()
  const own = await startTrusting(other, () => clock)
  const token = await tokenBy(old)
  expect((await list(token, own)).status).toBe(200)

  other.keys = [next.jwk]
  clock += 30_001
  expectRefused(await list(token, own))
  expect((await list(await tokenBy(next), own)).status).toBe(200)
  await own.close()
  await other.close()
})

test('known keys go on working while the issuer is down, and while it answers nonsense', async () => {
  const key = await makeKey('only', 'EdDSA')
  const other = await startJwksServer([key.jwk])
  let clock = Date.now()
  const own = await startTrusting(other, () => clock)
  expect((await list(await tokenBy(key), own)).status).toBe(200)
  const nonsense = ['<html>', '[]', '{"keys":"x"}', '{"keys":[1]}', 'null', '']
  for (const body of nonsense) {
    other.body = body
    clock += 40_000
    expect((await list(await tokenBy(key), own)).status).toBe(200)
  }
  other.status = 500
  clock += 40_000
  expect((await list(await tokenBy(key), own)).status).toBe(200)
  await other.close()
  clock += 40_000
  expect((await list(await tokenBy(key), own)).status).toBe(200)
  // The issuer being down does not make a stranger's token good.
  expectRefused(await list(await tokenBy(await makeKey('only', 'EdDSA')), own))
  await own.close()
})

test('an issuer that is down at the start gives 503 until it is up', async () => {
  const key = await makeKey('only', 'EdDSA')
  const other = await startJwksServer([key.jwk])
  other.status = 502
  let clock = Date.now()
  const own = await startTrusting(other, () => clock)
  const answer = await list(await tokenBy(key), own)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(answer.body).toMatchObject({ code: 'unavailable' })
  // What is no token at all needs no key to be refused.
  expectRefused(await list('x', own))

  other.status = 200
  clock += 1_000
  expect((await list(await tokenBy(key), own)).status).toBe(200)
  await own.close()
  await other.close()
})
