import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../test/support/free-port.ts'
import { chromiumArguments, findChromium } from './support/chromium.ts'
import { npmStart, type Server, temporaryFolder } from './support/server.ts'

/** A name that is not localhost: browsers trust that one over plain HTTP, and no other. */
const otherHost = 'tasklane.test'

/** Swagger UI's own; without its style sheet the label is transparent. */
const POST_GREEN = 'rgb(73, 204, 144)'
const DARK = 'rgb(28, 32, 34)'

const folder = temporaryFolder()
let server: Server
let browser: Browser
beforeAll(async () => {
  server = await npmStart(await freePort(), { DATA_DIR: folder.path, LOG_LEVEL: 'silent' })
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      ...chromiumArguments,
      `--host-resolver-rules=MAP ${otherHost} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  folder.remove()
})

test('the app leads to the console, which asks no other host for anything and reports no error', async () => {
  const { page, trouble } = await openPage()
  await page.goto(`${server.url}/`)
  expect(await page.title()).toBe('Tasklane')
  await page.getByRole('link', { name: 'The API' }).click()
  await page.locator('#operations-tasks-createTask').waitFor()
  expect(await page.title()).toBe('Tasklane API')
  expect(trouble).toEqual([])
})

test('the console works over plain HTTP on a host that is not localhost', async () => {
  const { page, trouble } = await openPage()
  await page.goto(`${server.url.replace('127.0.0.1', otherHost)}/docs`)
  await page.locator('#operations-tasks-createTask').waitFor()
  // As text: what runs in the page does not know the types of Node, nor Node those of the page.
  const color = await page.evaluate(
    "getComputedStyle(document.querySelector('.opblock-post .opblock-summary-method')).backgroundColor",
  )
  expect(color).toBe(POST_GREEN)
  expect(trouble).toEqual([])
})

test('a person signs up, gets a token, authorizes and creates a task in the console', async () => {
  const { page, trouble } = await openPage()
  await page.goto(`${server.url}/docs`)

  const account = { email: `ada-${Date.now()}@example.com`, password: 'correct horse' }
  const signedUp = await tryOut(page.locator('#operations-auth-signUp'), account)
  expect(signedUp).toMatchObject({ status: '200', body: { user: { email: account.email } } })

  const minted = await tryOut(page.locator('#operations-auth-getToken'))
  expect(minted.status).toBe('200')

  await authorize(page, minted.body.token)
  const created = await tryOut(page.locator('#operations-tasks-createTask'), { title: 'Buy milk' })
  expect(created).toMatchObject({ status: '201', body: { title: 'Buy milk', completed: false } })

  const listed = await tryOut(page.locator('#operations-tasks-listTasks'))
  expect(listed.body).toMatchObject({ total: 1, data: [{ id: created.body.id }] })
  expect(trouble).toEqual([])
})

test('a person is told why the box refuses, signs up in it, and what is tried out is sent with the token', async () => {
  const { page, trouble } = await openPage()
  await page.goto(`${server.url}/docs`)
  await page.getByLabel('E-mail').fill('nobody@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong horse')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('The e-mail address or the password is wrong').waitFor()
  trouble.length = 0

  await page.getByLabel('E-mail').fill(`grace-${Date.now()}@example.com`)
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse')
  await page.getByRole('button', { name: 'Sign up', exact: true }).click()
  await page.getByText('Signed in as grace-').waitFor()

  const created = await tryOut(page.locator('#operations-tasks-createTask'), { title: 'Buy milk' })
  expect(created).toMatchObject({ status: '201', body: { title: 'Buy milk' } })
  // The stream of events never ends by itself; its beginning is shown all the same.
  const stream = page.locator('#operations-sync-followChanges')
  await execute(stream)
  await stream.locator('.live-responses-table').getByText('event: ready').waitFor()
  // The console hung up on it, and nothing else failed.
  expect(trouble).toEqual([`failed: ${server.url}/tasks/events`])
})

test('the console folds the errors of an operation, and shows them when asked', async () => {
  const page = await unused()
  const operation = page.locator('#operations-tasks-createTask')
  await operation.locator('.opblock-summary-control').click()
  const errors = operation.getByRole('button', { name: 'Show errors' })
  await errors.waitFor()
  expect(await operation.locator('tr.response').count()).toBe(1)
  expect((await operation.boundingBox())?.height).toBeLessThan(1500)
  await errors.click()
  await operation.locator('tr.response[data-code="422"]').waitFor()
})

test('the console follows dark mode, and fits a phone', async () => {
  const { page } = await openPage({
    colorScheme: 'dark',
    viewport: { width: 390, height: 844 },
    isMobile: true,
  })
  await page.goto(`${server.url}/docs`)
  await page.locator('#operations-tasks-createTask').waitFor()
  const background = 'getComputedStyle(document.documentElement).backgroundColor'
  expect(await page.evaluate(background)).toBe(DARK)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(() => page.evaluate(background)).not.toBe(DARK)
})

test('the console offers no cookie to be filled in, which no page may send', async () => {
  const page = await unused()
  await page.locator('.auth-wrapper .authorize').first().click()
  const dialog = page.locator('.modal-ux')
  await dialog.getByRole('heading', { name: 'session' }).waitFor()
  expect(await dialog.innerText()).not.toMatch(/cookie/i)
  await dialog.locator('.close-modal').click()
})

let opened: Promise<Page> | undefined

/** The console where nobody has signed in or tried anything. One for all who only look: to load it costs most of a test. */
function unused(): Promise<Page> {
  opened ??= browser.newPage({ viewport: { width: 1100, height: 1400 } }).then(async (page) => {
    page.setDefaultTimeout(300_000)
    await page.goto(`${server.url}/docs`)
    return page
  })
  return opened
}

/** A page of a fresh profile, and all that goes wrong on it: console errors, exceptions, requests elsewhere. */
async function openPage(options: BrowserContextOptions = {}): Promise<{ page: Page; trouble: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 1400 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(300_000)
  const trouble: string[] = []
  page.on('console', (message) => {
    // Chromium reports every 401: that is how the app learns that nobody is signed in.
    if (message.location().url.endsWith('/auth/token')) return
    if (message.type() === 'error') trouble.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`))
  page.on('requestfailed', (request) => trouble.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const isOurs = protocol === 'http:' && ['127.0.0.1', otherHost].includes(hostname)
    if (!isOurs && protocol !== 'data:') trouble.push(`request to ${request.url()}`)
  })
  return { page, trouble }
}

interface Outcome {
  status: string
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  body: any
}

/** What a person does: open the operation, "Try it out", fill in the body, "Execute", read the answer. */
async function tryOut(operation: Locator, body?: object): Promise<Outcome> {
  await execute(operation, body)
  const answer = operation.locator('.live-responses-table .response')
  const status = await answer.locator('.response-col_status').innerText()
  const text = await answer.locator('.response-col_description .highlight-code code').first().innerText()
  return { status: status.trim().split('\n')[0] ?? '', body: JSON.parse(text) }
}

async function execute(operation: Locator, body?: object): Promise<void> {
  await operation.locator('.opblock-summary-control').click()
  await operation.getByRole('button', { name: 'Try it out' }).click()
  if (body !== undefined) await operation.locator('textarea.body-param__text').fill(JSON.stringify(body))
  await operation.getByRole('button', { name: 'Execute' }).click()
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click()
  const form = page.locator('.modal-ux form').first()
  await form.locator('input').fill(token)
  await form.getByRole('button', { name: 'Apply credentials' }).click()
  await page.locator('.modal-ux .close-modal').click()
}
