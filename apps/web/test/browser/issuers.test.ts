import { createHmac, randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../../services/api/test/support/free-port.ts'
import { npmStart, temporaryFolder } from '../../../../services/api/test-live/support/server.ts'
import { stranger } from './support/person.ts'

test('with an outside issuer the app says so, takes a pasted token, and asks again when it has ended', async () => {
  const secret = 'a secret for tests, of 32 bytes or more'
  const { page, trouble } = await stranger({}, await serviceWith({ JWT_SECRET: secret }))
  await page.goto('/today')
  await page.getByText('access tokens of another issuer').waitFor()
  const field = page.getByRole('form', { name: 'Sign in' }).getByRole('textbox', { name: 'Access token' })
  await field.fill('no token')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('This token is not valid here').waitFor()
  await field.fill(tokenBy(secret))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Export' }).waitFor()
  expect(await page.getByRole('menuitem').allInnerTexts()).not.toContain('Change password')
  await page.keyboard.press('Escape')
  // The token was in memory alone.
  await page.reload()
  const dialog = page.getByRole('dialog', { name: 'Sign in' })
  await dialog.getByText('access tokens of another issuer').waitFor()
  await dialog.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(trouble).toEqual([])
})

test('where sign-up is closed, the page says who makes accounts', async () => {
  const { page } = await stranger({}, await serviceWith({ SIGN_UP: 'off' }))
  await page.goto('/create-account')
  await page.getByText('ask whoever runs this service').waitFor()
  expect(await page.getByRole('form').count()).toBe(0)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
})

async function serviceWith(settings: Record<string, string>): Promise<string> {
  const folder = temporaryFolder()
  const service = await npmStart(await freePort(), {
    DATA_DIR: folder.path,
    LOG_LEVEL: 'silent',
    ...settings,
  })
  onTestFinished(async () => {
    await service.stop()
    folder.remove()
  })
  return service.url
}

/** HS256, for five minutes. */
function tokenBy(secret: string): string {
  const now = Math.floor(Date.now() / 1000)
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${encode({ alg: 'HS256' })}.${encode({ sub: randomUUID(), iat: now, exp: now + 300 })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
