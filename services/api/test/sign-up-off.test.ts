import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshEmail, startIssuingApp } from './support/accounts.ts'
import type { TestApp } from './support/app.ts'

let open: TestApp
let closed: TestApp
beforeAll(async () => {
  open = await startIssuingApp()
  closed = await startIssuingApp({ SIGN_UP: 'off' })
})
afterAll(async () => {
  await open.close()
  await closed.close()
})

const credentials = () => ({ email: freshEmail(), password: 'correct horse' })

test('with SIGN_UP=off nobody makes an account, whatever they send, and is told whom to ask', async () => {
  for (const body of [credentials(), { nonsense: true }, '{']) {
    const answer = await closed.anonymous.post('/auth/sign-up/email', body)
    expect(answer).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('ask') },
    })
  }
  const { rows } = await closed.database.pool.query('select from tasklane_auth."user"')
  expect(rows).toHaveLength(0)
  expect((await open.anonymous.post('/auth/sign-up/email', credentials())).status).toBe(200)
})

test('with SIGN_UP=off the document does not offer it, and sign-in is as it was', async () => {
  const [offered, withheld] = [
    (await open.anonymous.get('/openapi.json')).body,
    (await closed.anonymous.get('/openapi.json')).body,
  ]
  expect(Object.keys(offered.paths)).toContain('/auth/sign-up/email')
  expect(offered.info.description).toMatch(/sign up/i)
  expect(Object.keys(withheld.paths)).not.toContain('/auth/sign-up/email')
  expect(Object.keys(withheld.paths)).toContain('/auth/sign-in/email')
  expect(withheld.info.description).not.toMatch(/sign up/i)
  expect((await closed.anonymous.post('/auth/sign-in/email', credentials())).status).toBe(401)
})
