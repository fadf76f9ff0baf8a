import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGate } from '../../../../services/api/test/support/gate.ts'
import type { Account } from '../../src/model/account/account.ts'
import type { Fetch } from '../../src/model/account/ask.ts'
import { subjectOf } from '../../src/model/account/token.ts'
import { OtherAccount, Session } from '../../src/view-model/session.ts'
import { type Service, startService } from '../support/service.ts'

const MINUTE = 60_000
let service: Service
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service?.stop())

test('a token is held until a minute before its end, however wrong the clock is, and then renewed', async () => {
  const { session, asked, clock } = device({ now: Date.parse('1999-12-31T23:59:00Z') })
  await session.signUp(newAccount())
  const first = await session.token()
  clock.now += 13 * MINUTE
  expect(await session.token()).toBe(first)
  expect(asked('/auth/token')).toBe(1)
  clock.now += MINUTE + 1
  await session.token()
  expect(asked('/auth/token')).toBe(2)
})

test('all that ask at once wait for one renewal', async () => {
  const { session, asked } = device()
  await session.signUp(newAccount())
  const tokens = await Promise.all(Array.from({ length: 20 }, () => session.token()))
  expect(new Set(tokens).size).toBe(1)
  expect(asked('/auth/token')).toBe(1)
})

test('a request whose token is refused is sent once more with a new one', async () => {
  const { session } = device()
  await session.signUp(newAccount())
  const headers = { authorization: 'Bearer old', 'content-type': 'application/json' }
  const body = JSON.stringify({ title: 'Buy milk' })
  const answer = await session.authorized(
    new Request(`${service.url}/tasks`, { method: 'POST', headers, body }),
  )
  expect(answer.status).toBe(201)
})

test('a device opens what it remembers at once, with and without a network', async () => {
  const { session, storage, cookies } = device()
  await session.signUp(newAccount())
  const later = device({ storage, cookies })
  const opening = later.session.start()
  expect(later.session.state.value).toMatchObject({
    kind: 'signed-in',
    account: storage.account,
    isDead: false,
  })
  await opening
  expect(later.session.state.value).toMatchObject({ kind: 'signed-in', isDead: false })

  const offline = device({ storage, cookies, isOffline: true })
  await offline.session.start()
  expect(offline.session.state.value).toMatchObject({
    kind: 'signed-in',
    account: storage.account,
    isDead: false,
  })
  await expect(offline.session.token()).rejects.toThrow(TypeError)
})

test('a device that remembers nobody finds the session of its cookie, or asks for a sign-in', async () => {
  const { session, storage, cookies } = device()
  await session.signUp(newAccount())
  const cleared = device({ cookies })
  await cleared.session.start()
  expect(cleared.storage.account?.id).toBe(storage.account?.id)

  const fresh = device()
  await fresh.session.start()
  expect(fresh.session.state.value).toEqual({ kind: 'signed-out', issuer: 'built-in' })
  const away = device({ isOffline: true })
  await away.session.start()
  expect(away.session.state.value).toEqual({ kind: 'signed-out', issuer: 'unreachable' })
})

test('a session that has ended is told once, asks for nothing more, and lives again after a sign-in', async () => {
  const { session, cookies, asked, clock } = device()
  const account = newAccount()
  await session.signUp(account)
  await session.token()
  cookies.clear()
  clock.now += 15 * MINUTE
  await expect(session.token()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(session.state.value).toMatchObject({ kind: 'signed-in', isDead: true })
  await expect(session.token()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(asked('/auth/token')).toBe(2)

  await session.signIn(account)
  expect(session.state.value).toMatchObject({ isDead: false })
  expect(await session.token()).toMatch(/^ey/)
})

test('nobody else signs in over the tasks of an account, and no session is left of the attempt', async () => {
  const { session, cookies, clock, storage } = device()
  await session.signUp(newAccount())
  const { account } = storage
  const other = newAccount()
  await device().session.signUp(other)
  cookies.clear()
  clock.now += 15 * MINUTE
  await session.token().catch(() => undefined)
  await expect(session.signIn(other)).rejects.toThrow(OtherAccount)
  expect(storage.account).toEqual(account)
  expect([...cookies.values()].filter((value) => value !== '')).toEqual([])
})

test('a session that another tab has put in the place of this one’s is not taken for the tasks that are here', async () => {
  const { session, cookies, clock, storage } = device()
  const own = newAccount()
  await session.signUp(own)
  const { account } = storage
  const other = device()
  await other.session.signUp(newAccount())
  for (const [name, value] of other.cookies) cookies.set(name, value)
  clock.now += 15 * MINUTE
  await expect(session.token()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(session.state.value).toMatchObject({ kind: 'signed-in', account, isDead: true })
  await session.signIn(own)
  expect(subjectOf(await session.token())).toBe(account?.id)
})

test('a sign-in that is answered after a sign-out signs nobody in, and leaves no session', async () => {
  const account = newAccount()
  await device().session.signUp(account)
  const answered = createGate()
  const { session, cookies, storage } = device({
    held: { path: '/auth/sign-in/email', until: answered.passed },
  })
  const entering = session.signIn(account)
  session.forget()
  answered.open()
  await expect(entering).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(session.state.value).toMatchObject({ kind: 'signed-out' })
  expect(storage.account).toBeUndefined()
  expect([...cookies.values()].filter((value) => value !== '')).toEqual([])
})

test('a renewal that is refused after a new sign-in does not end the new session', async () => {
  const account = newAccount()
  await device().session.signUp(account)
  const answered = createGate()
  const { session } = device({ held: { path: '/auth/token', until: answered.passed } })
  const starting = session.start()
  await session.signIn(account)
  answered.open()
  await starting
  expect(session.state.value).toMatchObject({ kind: 'signed-in', isDead: false })
  expect(await session.token()).toMatch(/^ey/)
})

test('what a busy service puts off is asked again: signing up, in and out, and for a token', async () => {
  const { session, asked, storage } = device({ busyAtFirst: true })
  const account = newAccount()
  await session.signUp(account)
  expect(await session.token()).toMatch(/^ey/)
  await session.revoke()
  session.forget()
  await session.signIn(account)
  expect(storage.account?.email).toBe(account.email)
  for (const path of ['/auth/sign-up/email', '/auth/token', '/auth/sign-out', '/auth/sign-in/email'])
    expect(asked(path)).toBe(2)
})

const newAccount = () => ({ email: `ada-${randomUUID()}@example.com`, password: 'correct horse' })

interface DeviceOptions {
  now?: number
  storage?: { account?: Account | undefined }
  cookies?: Map<string, string>
  isOffline?: boolean
  /** Each path is refused once. */
  busyAtFirst?: boolean
  /** The first answer of this path is on its way until then. */
  held?: { path: string; until: Promise<void> }
}

/** A browser's part: its clock, its cookies, what it remembers, and whether it has a network. */
function device(options: DeviceOptions = {}) {
  const { now = Date.now(), storage = {}, cookies = new Map<string, string>(), isOffline = false } = options
  const clock = { now }
  const paths: string[] = []
  const send: Fetch = async (what, init) => {
    if (isOffline) throw new TypeError('Failed to fetch')
    const request = new Request(typeof what === 'string' ? service.url + what : what, init)
    paths.push(new URL(request.url).pathname)
    request.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const { pathname } = new URL(request.url)
    const isFirst = paths.filter((path) => path === pathname).length === 1
    if (options.busyAtFirst && isFirst)
      return new Response('{}', { status: 503, headers: { 'retry-after': '0' } })
    const answer = await fetch(request)
    if (pathname === options.held?.path && isFirst) await options.held.until
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    return answer
  }
  const session = new Session({
    fetch: send,
    now: () => clock.now,
    accounts: {
      read: () => storage.account,
      write: (account) => {
        storage.account = account
      },
    },
  })
  return {
    session,
    clock,
    storage,
    cookies,
    asked: (path: string) => paths.filter((one) => one === path).length,
  }
}
