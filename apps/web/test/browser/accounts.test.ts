import { expect, test } from 'vitest'
import {
  chooseAccount,
  elsewhere,
  makeAccount,
  member,
  signedOut,
  signedUp,
  signIn,
  stranger,
  worked,
} from './support/person.ts'
import { add, expectTitles } from './support/tasks.ts'

test('a person makes an account, signs out, is refused with a wrong password, and signs in again', async () => {
  const person = await stranger()
  const { page, email, password, trouble } = person
  await page.goto('/')
  await page.getByRole('link', { name: 'Create an account' }).click()
  const form = page.getByRole('form', { name: 'Create an account' })
  await form.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await form.getByRole('textbox', { name: 'Password' }).fill(password)
  await form.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/')

  await chooseAccount(page, 'Sign out')
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await signIn({ ...person, password: 'wrong horse' })
  await page.getByText('The e-mail address or the password is wrong').waitFor()
  await signIn(person)
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()
  expect(trouble).toEqual([])
})

test('a form says beside each field what is wrong with it, and the first fault has the focus', async () => {
  const { page, email } = await stranger()
  await page.goto('/create-account')
  const form = page.getByRole('form', { name: 'Create an account' })
  await form.getByRole('textbox', { name: 'Password' }).fill('short')
  await form.getByRole('button', { name: 'Create account' }).click()
  const address = form.getByRole('textbox', { name: 'E-mail', description: 'Enter your e-mail address' })
  await address.and(page.locator(':focus')).waitFor()
  await form.getByRole('textbox', { name: 'Password', description: 'Use at least 8 characters' }).waitFor()
  await address.fill(email)
  await address.press('Enter')
  await form.getByRole('textbox', { name: 'Password' }).and(page.locator(':focus')).waitFor()
})

test('an address that is taken is told of', async () => {
  const { email } = await elsewhere()
  const { page, password } = await stranger()
  await page.goto('/create-account')
  const form = page.getByRole('form', { name: 'Create an account' })
  await form.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await form.getByRole('textbox', { name: 'Password' }).fill(password)
  await form.getByRole('button', { name: 'Create account' }).click()
  await form
    .getByRole('alert')
    .filter({ hasText: /already/ })
    .waitFor()
})

test('whoever opened an address before signing in is there afterwards', async () => {
  const { email, password } = await elsewhere()
  const person = { ...(await stranger()), email, password }
  await person.page.goto('/upcoming')
  await signIn(person)
  await person.page.getByRole('heading', { level: 1, name: 'Upcoming' }).waitFor()
  expect(new URL(person.page.url()).pathname).toBe('/upcoming')
  await person.page.reload()
  await person.page.getByRole('heading', { level: 1, name: 'Upcoming' }).waitFor()
})

test('a session that has ended asks for a sign-in over the page, which stays as it was', async () => {
  const person = await signedOut()
  const { page, context, email } = person
  await page.goto('/today')
  // By the form, so that the device knows the address.
  await signIn(person)
  const heading = page.getByRole('heading', { level: 1, name: 'Today' })
  await heading.waitFor()
  await context.clearCookies()
  await page.reload()
  const dialog = page.getByRole('dialog', { name: 'Sign in' })
  await dialog.getByText('Your session has ended').waitFor()
  expect(await dialog.getByRole('textbox', { name: 'E-mail' }).inputValue()).toBe(email)
  await page.keyboard.press('Escape')
  await dialog.getByRole('textbox', { name: 'Password' }).and(page.locator(':focus')).waitFor()

  const other = await elsewhere()
  await signIn({ ...person, email: other.email })
  await dialog
    .getByRole('alert')
    .filter({ hasText: `Sign in as ${email}` })
    .waitFor()
  await signIn(person)
  await dialog.waitFor({ state: 'detached' })
  await heading.waitFor()
})

test('signing in again in one tab is enough for all', async () => {
  const person = await signedOut()
  const { page, context } = person
  await page.goto('/')
  const second = await context.newPage()
  await second.goto('/today')
  for (const tab of [page, second]) await tab.getByRole('form', { name: 'Sign in' }).waitFor()
  await signIn(person)
  await second.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  await context.clearCookies()
  for (const tab of [page, second]) {
    await tab.reload()
    await tab.getByRole('dialog', { name: 'Sign in' }).waitFor()
  }
  await signIn(person)
  for (const tab of [page, second]) await tab.getByRole('dialog').waitFor({ state: 'detached' })
})

test('what a cut-off sign-out has left of somebody else is deleted when the next person signs in', async () => {
  const person = await stranger()
  const { page } = person
  await page.goto('/')
  const names = 'indexedDB.databases().then((all) => all.map(({ name }) => name))'
  await page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('tasklane 0190a000-0000-7000-8000-000000000000')
    opening.onsuccess = () => resolve(opening.result.close())
  })`)
  expect(await page.evaluate(names)).toEqual(['tasklane 0190a000-0000-7000-8000-000000000000'])
  await makeAccount(person)
  await page.reload()
  await page.getByRole('navigation', { name: 'Views' }).waitFor()
  await expect.poll(() => page.evaluate(names)).not.toContain('tasklane 0190a000-0000-7000-8000-000000000000')
})

test('without the service, the page says so and goes on by itself once it is back', async () => {
  const { page, context } = await stranger(worked)
  await page.goto('/')
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
  await context.setOffline(true)
  await page.reload()
  const notice = page.getByRole('status').filter({ hasText: 'Tasklane cannot be reached' })
  await notice.waitFor()
  await context.setOffline(false)
  await notice.waitFor({ state: 'detached' })
})

test('where the network is there and the service is not, the page goes on by itself too', async () => {
  const { page, context } = await signedUp()
  await context.route('**/auth/token', (route) => route.abort())
  await page.goto('/')
  await page.getByRole('status').filter({ hasText: 'It tries again by itself' }).waitFor()
  await context.unroute('**/auth/token')
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()
})

test('signing out leaves nothing of the account on the device, in every tab, and the next person finds nothing', async () => {
  const { page, context } = await member()
  await add(page, 'Secret plan')
  await expectTitles(page, ['Secret plan'])
  const second = await context.newPage()
  await second.goto('/today')
  await second.getByRole('navigation', { name: 'Views' }).waitFor()
  await chooseAccount(page, 'Sign out')
  for (const tab of [page, second]) await tab.getByRole('form', { name: 'Sign in' }).waitFor()

  await expect
    .poll(() => page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))'))
    .toEqual([])
  expect(await page.evaluate('Object.keys(localStorage).concat(Object.keys(sessionStorage))')).toEqual([])
  expect((await context.cookies()).map(({ name }) => name)).toEqual([])
  await page.goto('/')
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  const { email, password } = await elsewhere()
  await signIn({ page, email, password })
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  expect(await page.getByText('Secret plan').count()).toBe(0)
})
