import { randomUUID } from 'node:crypto'
import {
  type APIRequestContext,
  type APIResponse,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  request as requests,
} from 'playwright-core'
import { expect, inject, onTestFinished } from 'vitest'
import { chromiumArguments, findChromium } from '../../../../../services/api/test-live/support/chromium.ts'

export interface Person {
  page: Page
  context: BrowserContext
  email: string
  password: string
  /** All that goes wrong on the person's pages: errors, exceptions, violations of the policy, requests elsewhere. */
  trouble: string[]
}

/**
 * For tests of what the service worker does. All others do without: it costs as much as half a page, and requests of a page
 * that it controls pass by whoever answers in the network's place.
 */
export const worked: BrowserContextOptions = { serviceWorkers: 'allow' }

export const serviceUrl = () => inject('service')

/** Ends a wait that will never be over, and judges nothing: as long as `expect.poll` waits. */
const PATIENCE_MILLISECONDS = 300_000

/** One for all files, which share a process. It ends with the process. */
let launched: Promise<Browser> | undefined

function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findChromium(),
    timeout: PATIENCE_MILLISECONDS,
    args: [
      ...chromiumArguments,
      // One process for all pages of a person: else each page begins in one, and goes on in another.
      '--renderer-process-limit=1',
      '--host-resolver-rules=MAP tasks.home.arpa 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  })
  return launched
}

/** Somebody with a browser of their own, who has not been here before. */
export async function stranger(options: BrowserContextOptions = {}, url = serviceUrl()): Promise<Person> {
  const context = await (await browser()).newContext({
    baseURL: url,
    viewport: { width: 1100, height: 800 },
    serviceWorkers: 'block',
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MILLISECONDS)
  onTestFinished(() => context.close())
  const trouble: string[] = []
  context.on('page', (page) => watch(page, trouble, url))
  const page = await context.newPage()
  return { page, context, ...newCredentials(), trouble }
}

/** Somebody who is signed in, and has no page open yet. */
export async function signedUp(options: BrowserContextOptions = {}): Promise<Person> {
  const person = await stranger(options)
  await makeAccount(person)
  return person
}

/** Somebody who has an account and no session, nor a page open yet. */
export async function signedOut(options: BrowserContextOptions = {}): Promise<Person> {
  const person = await signedUp(options)
  await person.context.clearCookies()
  return person
}

/** Somebody who has an account, and no browser here. The session is for as many browsers as are to be one device. */
export async function elsewhere() {
  const request = await requests.newContext({ baseURL: serviceUrl() })
  onTestFinished(() => request.dispose())
  const credentials = newCredentials()
  await enter(request, credentials)
  return { ...credentials, request, storageState: await request.storageState() }
}

/** The same person in another browser, signed in by a session of its own. */
export async function onAnotherDevice(
  { email, password }: Credentials,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const device = { ...(await stranger(options)), email, password }
  await signInByApi(device.context.request, device)
  return device
}

type Credentials = Pick<Person, 'email' | 'password'>

function newCredentials(): Credentials {
  return { email: `ada-${randomUUID()}@example.com`, password: 'correct horse' }
}

/** By the API, as another page of the same browser would do it: the browser has the session from now on. */
export async function makeAccount({ context, email, password }: Person): Promise<void> {
  await enter(context.request, { email, password })
}

async function enter(request: APIRequestContext, data: Credentials): Promise<void> {
  const made = await answered(() => request.post('/auth/sign-up/email', { data }))
  // Where it was made, and only the answer was late, the second try is refused.
  if (!made.ok()) await signInByApi(request, data)
}

async function signInByApi(request: APIRequestContext, { email, password }: Credentials): Promise<void> {
  const entered = await answered(() => request.post('/auth/sign-in/email', { data: { email, password } }))
  if (!entered.ok()) throw new Error(`Signing in was answered ${entered.status()}: ${await entered.text()}`)
}

/** Asks again as long as the service is busy for the moment: it answers 503 then, and asks to try again. */
export async function answered(ask: () => Promise<APIResponse>): Promise<APIResponse> {
  let answer = await ask()
  const again = async () => {
    if (answer.status() === 503) answer = await ask()
    return answer.status()
  }
  await expect.poll(again).not.toBe(503)
  return answer
}

/** Somebody who is signed in, at this address. */
export async function member(options: BrowserContextOptions = {}, path = '/'): Promise<Person> {
  const person = await signedUp(options)
  await person.page.goto(path)
  await person.page.getByRole('navigation', { name: 'Views' }).waitFor()
  return person
}

/** As a person does it, from the form of signing in. */
export async function signUp({ page, email, password }: Person): Promise<void> {
  await page.getByRole('link', { name: 'Create an account' }).click()
  const form = page.getByRole('form', { name: 'Create an account' })
  await form.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await form.getByRole('textbox', { name: 'Password' }).fill(password)
  await form.getByRole('button', { name: 'Create account' }).click()
}

/** As a person does it. */
export async function signIn({ page, email, password }: Pick<Person, 'page'> & Credentials): Promise<void> {
  const form = page.getByRole('form', { name: 'Sign in' })
  await form.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await form.getByRole('textbox', { name: 'Password' }).fill(password)
  await form.getByRole('button', { name: 'Sign in' }).click()
}

/** Opens an item of the account menu. */
export async function chooseAccount(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

function watch(page: Page, trouble: string[], url: string): void {
  page.on('console', (message) => {
    // Chromium reports every refusal and every failure of the network; the app is to cope with both.
    if (/^Failed to load resource|registration blocked by Playwright$/.test(message.text())) return
    if (['error', 'warning'].includes(message.type())) trouble.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => trouble.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (host !== new URL(url).host && !['data:', 'blob:'].includes(protocol))
      trouble.push(`request to ${request.url()}`)
  })
}
