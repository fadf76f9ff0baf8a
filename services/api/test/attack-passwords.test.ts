import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ JWT_SECRET: '' })
})
afterAll(() => app.close())

test('a password may be 128 characters, whatever characters they are, and no more', async () => {
  const email = `${randomUUID()}@example.com`
  const send = (path: string, password: string) => app.anonymous.post(path, { email, password })
  const longest = '\u{1f600}'.repeat(128)

  expect((await send('/auth/sign-up/email', `${longest}\u{1f600}`)).status).toBe(422)
  expect((await send('/auth/sign-up/email', longest)).status).toBe(200)
  expect((await send('/auth/sign-in/email', longest)).status).toBe(200)
  expect((await send('/auth/sign-in/email', `${longest}\u{1f600}`)).status).toBe(422)
  expect((await send('/auth/sign-in/email', '\u{1f601}'.repeat(128))).status).toBe(401)
})
