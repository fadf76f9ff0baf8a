import { errors, type JSONWebKeySet } from 'jose'
import { beforeAll, expect, test, vi } from 'vitest'
import { KeySet } from '../src/auth/key-set.ts'
import { createGate } from './support/gate.ts'
import { makeKey, type SigningKey } from './support/jwks-server.ts'

let first: SigningKey
let second: SigningKey
beforeAll(async () => {
  ;[first, second] = await Promise.all([makeKey('first', 'ES256'), makeKey('second', 'ES256')])
})

/** A key set on a clock of its own, with an issuer that publishes `published`, or is down. */
function keySet(published: SigningKey[] | 'down') {
  const waits: { until: number; end: () => void }[] = []
  const state = { now: 0, published, fetches: 0, failures: 0, changes: 0, gate: Promise.resolve() }
  const fetchKeys = async (): Promise<JSONWebKeySet> => {
    state.fetches += 1
    await state.gate
    if (state.published === 'down') throw new Error('The issuer is down')
    return { keys: state.published.map(({ jwk }) => jwk) }
  }
  const keys = new KeySet({
    fetchKeys,
    onChange: () => (state.changes += 1),
    onFailure: () => (state.failures += 1),
    now: () => state.now,
    elapsed: (milliseconds) =>
      new Promise((resolve) => waits.push({ until: state.now + milliseconds, end: resolve })),
  })
  /** Time passes, and whoever has waited for that goes on. */
  const pass = async (milliseconds: number) => {
    await new Promise(setImmediate)
    state.now += milliseconds
    for (const { until, end } of waits) if (until <= state.now) end()
    await new Promise(setImmediate)
  }
  const find = async (kid: string) => keys.getKey({ alg: 'ES256', kid }, { payload: '', signature: '' })
  return { state, keys, find, pass }
}

test('an unknown key is asked for once in 30 seconds', async () => {
  const { state, find } = keySet([first])
  await find('first')
  for (let index = 0; index < 5; index += 1)
    await expect(find('second')).rejects.toThrow(errors.JWKSNoMatchingKey)
  expect(state.fetches).toBe(2)
  state.now += 14_999
  await expect(find('third')).rejects.toThrow(errors.JWKSNoMatchingKey)
  expect(state.fetches).toBe(2)
  state.now += 15_001
  await expect(find('third')).rejects.toThrow(errors.JWKSNoMatchingKey)
  expect(state.fetches).toBe(3)
})

test('a rotation just after a stranger asked for an unknown key is picked up within 30 seconds', async () => {
  const { state, find } = keySet([first])
  await find('first')
  await expect(find('second')).rejects.toThrow(errors.JWKSNoMatchingKey)
  state.published = [first, second]
  await expect(find('second')).rejects.toThrow(errors.JWKSNoMatchingKey)
  state.now += 30_000
  await expect(find('second')).resolves.toBeTruthy()
})

test('keys in use are refreshed beside the requests, which do not wait', async () => {
  const { state, find } = keySet([first])
  await find('first')
  state.now += 15_000
  const gate = createGate()
  state.gate = gate.passed
  await find('first')
  await find('first')
  expect(state.fetches).toBe(2)
  gate.open()
})

test('after a long silence a request waits for the keys of now', async () => {
  const { state, find } = keySet([first])
  await find('first')
  state.published = [second]
  state.now += 3_600_000
  await expect(find('first')).rejects.toThrow(errors.JWKSNoMatchingKey)
  await expect(find('second')).resolves.toBeTruthy()
  expect(state.changes).toBe(2)
})

test('while the issuer is known to be down, nobody waits for it, and it is asked every 15 seconds', async () => {
  const { state, keys, find } = keySet([first])
  await find('first')
  state.published = 'down'
  state.now += 40_000
  await find('first')
  expect([state.fetches, state.failures]).toEqual([2, 1])

  const gate = createGate()
  state.gate = gate.passed
  for (let second = 0; second < 15; second += 1) {
    state.now += 1_000
    await find('first')
  }
  expect(state.fetches).toBe(3)
  gate.open()
  await keys.refresh()
  expect(state.failures).toBe(2)
})

test('an issuer that was down at the start is asked once a second, and used as soon as it is up', async () => {
  const { state, keys, find } = keySet('down')
  await keys.refresh()
  for (let index = 0; index < 10; index += 1) {
    await expect(find('first')).rejects.toMatchObject({ code: 'unavailable' })
    state.now += 100
  }
  expect(state.fetches).toBe(1)
  await expect(Promise.all([find('first'), find('first')])).rejects.toMatchObject({ code: 'unavailable' })
  expect(state.fetches).toBe(2)

  state.published = [first]
  state.now += 1_000
  await expect(find('first')).resolves.toBeTruthy()
  expect(state.fetches).toBe(3)
})

test('requests that come during the very first fetch wait for it', async () => {
  const { state, keys, find } = keySet([first])
  void keys.refresh()
  await Promise.all(Array.from({ length: 50 }, () => find('first')))
  expect(state.fetches).toBe(1)
})

test('tokens of unknown keys alone make us ask once in 30 seconds, for as long as they come', async () => {
  const { state, find } = keySet([first])
  await find('first')
  for (let second = 0; second < 90; second += 1) {
    await expect(find('stranger')).rejects.toThrow(errors.JWKSNoMatchingKey)
    state.now += 1_000
  }
  expect(state.fetches).toBe(1 + 3)
})

test('a key that is replaced under its name is picked up within 30 seconds', async () => {
  const { state, find } = keySet([first])
  const before = await find('first')
  state.published = [{ ...second, jwk: { ...second.jwk, kid: 'first' } }]
  state.now += 30_000
  expect(await find('first')).not.toBe(before)
})

test('an issuer that does not answer is one that is down', async () => {
  const { state, keys, find, pass } = keySet([first])
  await find('first')
  state.gate = new Promise(() => {})
  state.now += 40_000
  const asked = keys.refresh()
  await pass(4_999)
  expect(state.failures).toBe(0)
  await pass(1)
  await asked
  expect(state.failures).toBe(1)
  await expect(find('first')).resolves.toBeTruthy()
})

test('while the issuer hangs, known keys wait for one second together, and then the last good ones serve', async () => {
  const { state, keys, find, pass } = keySet([first])
  await find('first')
  state.gate = new Promise(() => {})
  state.now += 40_000
  const found = vi.fn()
  const waiting = Array.from({ length: 10 }, () => find('first').then(found))
  await pass(999)
  expect(found).not.toHaveBeenCalled()
  await pass(1)
  expect(found).toHaveBeenCalledTimes(10)
  // Whoever comes later waits for nothing: that second is over.
  await find('first')
  expect([state.fetches, state.failures]).toEqual([2, 0])

  const asked = keys.refresh()
  await pass(4_000)
  await asked
  expect([state.fetches, state.failures]).toEqual([2, 1])
  await Promise.all(waiting)
})

test('keys that come after that second are used from then on', async () => {
  const { state, keys, find, pass } = keySet([first])
  await find('first')
  const gate = createGate()
  state.gate = gate.passed
  state.published = [second]
  state.now += 40_000
  const early = find('first')
  await pass(1_000)
  await expect(early).resolves.toBeTruthy()
  gate.open()
  await keys.refresh()
  await expect(find('second')).resolves.toBeTruthy()
  await expect(find('first')).rejects.toThrow(errors.JWKSNoMatchingKey)
})

test('of two keys without a name that fit, the one that stays is found within 30 seconds', async () => {
  const nameless = ({ jwk: { kid: _, ...jwk }, ...key }: SigningKey) => ({ ...key, jwk })
  const { state, keys } = keySet([nameless(first), nameless(second)])
  const find = () => keys.getKey({ alg: 'ES256' }, { payload: '', signature: '' })
  await expect(find()).rejects.toThrow(errors.JWKSMultipleMatchingKeys)
  state.published = [nameless(second)]
  state.now += 30_000
  await expect(find()).resolves.toBeTruthy()
})
