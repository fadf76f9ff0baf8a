import { randomUUID } from 'node:crypto'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import { inject, onTestFinished } from 'vitest'
import { chromiumArguments, findChromium } from '../../../../../services/api/test-live/support/chromium.ts'

export interface Person {
  page: Page
  context: BrowserContext
  email: string
  password: string
  /** All that goes wrong on the person's pages: errors, exceptions, violations of the policy, requests elsewhere. */
  trouble: string[]
}

/** For tests that answer in the network's place: requests of a page that a service worker controls pass them by. */
export const unworked: BrowserContextOptions = { serviceWorkers: 'block' }

export const serviceUrl = () => inject('service')

/** One for all files, which share a process. It ends with the process. */
let launched: Promise<Browser> | undefined

function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: findChromium(),
    args: [
      ...chromiumArguments,
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
    ...options,
  })
  onTestFinished(() => context.close())
  const trouble: string[] = []
  context.on('page', (page) => watch(page, trouble, url))
  const page = await context.newPage()
  return { page, context, email: `ada-${randomUUID()}@example.com`, password: 'correct horse', trouble }
}

/** Somebody who is signed in, and has no page open yet. */
export async function signedUp(options: BrowserContextOptions = {}): Promise<Person> {
  const person = await stranger(options)
  const { email, password } = person
  // A service that is busy for the moment answers 503, and asks to try again.
  for (;;) {
    const answer = await person.context.request.post('/auth/sign-up/email', { data: { email, password } })
    if (answer.ok()) return person
    if (answer.status() !== 503) throw new Error(`Signing up was answered ${answer.status()}`)
  }
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
export async function signIn({
  page,
  email,
  password,
}: Pick<Person, 'page' | 'email' | 'password'>): Promise<void> {
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
  page.setDefaultTimeout(60_000)
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
