import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../test/support/database.ts'
import { makeKey, type SigningKey, startJwksServer } from '../test/support/jwks-server.ts'
import { signed } from '../test/support/tokens.ts'
import { movableClock, moveClock } from './support/clock.ts'
import { conclude } from './support/conclude.ts'
import { Crowd } from './support/crowd.ts'
import { embeddedHome, type Home, serverHome } from './support/home.ts'
import { send } from './support/send.ts'

const TEN_MINUTES = 600_000
/** Longer than it may take until a rotated key is in use. */
const ROTATION = 31_000

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function startWithClock(made: Promise<Home>, env: NodeJS.ProcessEnv = {}) {
  const home = await made
  const folder = temporaryFolder()
  ends.push(async () => {
    await home.remove()
    folder.remove()
  })
  const service = await home.start({ ...movableClock(folder.path), ...env })
  return { service, move: (date: number, running = 0) => moveClock(folder.path, service, { date, running }) }
}

test.each([
  ['embedded', embeddedHome, 'the embedded database’s with it'],
  ['PostgreSQL', serverHome, 'not the database’s'],
])('nothing is lost or wrong when the clock is moved, on %s', async (name, makeHome, which) => {
  const { service, move } = await startWithClock(makeHome())
  const crowd = await Crowd.gather()
  crowd.start(service.url)
  await crowd.answered(100)
  for (const shift of [TEN_MINUTES, -TEN_MINUTES, 0]) {
    await move(shift)
    await crowd.answered(100)
  }
  await conclude(`clock of the service moved 10 minutes either way, ${which}, ${name}`, crowd)
})

test('callers with known keys are served while the issuer is down, and new keys soon after it is back', async () => {
  const [old, next] = [await makeKey('old', 'ES256'), await makeKey('next', 'ES256')]
  const issuer = await startJwksServer([old.jwk])
  ends.push(issuer.close)
  const { service, move } = await startWithClock(embeddedHome(), {
    JWT_SECRET: '',
    JWT_JWKS_URL: issuer.url,
    JWT_ISSUER: 'faults',
    JWT_AUDIENCE: 'faults',
  })
  const tokens = await Promise.all(Array.from({ length: 4 }, () => tokenBy(old)))
  const crowd = await Crowd.gather({ tokens })
  crowd.start(service.url)
  await crowd.answered(100)
  issuer.status = 503
  // What is under way would find its time over.
  crowd.pause()
  await expect.poll(() => crowd.isResting).toBe(true)
  await move(TEN_MINUTES, TEN_MINUTES)
  crowd.start(service.url)
  await crowd.answered(200)
  const agent = new Agent()
  const statusFor = async (token: string) =>
    (await send(service.url, agent, { method: 'GET', path: '/tasks', token })).answer?.status
  // Once the users have looked at what they have: afterwards their tokens are those of an old key.
  const rotate = async () => {
    issuer.status = 200
    issuer.keys = [next.jwk]
    await move(TEN_MINUTES + ROTATION, TEN_MINUTES + ROTATION)
    const [withNext, withOld] = [await tokenBy(next), await tokenBy(old)]
    await expect.poll(() => statusFor(withNext)).toBe(200)
    await expect.poll(() => statusFor(withOld)).toBe(401)
    await expect.poll(() => statusFor(tokens[0] ?? '')).toBe(401)
  }
  await conclude('issuer down for 10 minutes, then its keys rotated', crowd, { afterwards: rotate })
})

function tokenBy({ kid, alg, privateKey }: SigningKey): Promise<string> {
  const hour = Math.floor(Date.now() / 1000) + 3600
  const claims = { iss: 'faults', aud: 'faults', sub: randomUUID(), exp: hour }
  return signed(claims, privateKey, { alg, kid })
}
