import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from './support/axe.ts'
import { chooseAccount, member, stranger } from './support/person.ts'
import { add, item, quickAdd } from './support/tasks.ts'

test('the way in is accessible, with and without faults', async () => {
  const { page } = await stranger()
  await page.goto('/sign-in')
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await expectAccessible(page, 'sign in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Enter your password').waitFor()
  await expectAccessible(page, 'sign in, refused')
  await page.goto('/create-account')
  await page.getByRole('form', { name: 'Create an account' }).waitFor()
  await expectAccessible(page, 'create an account')
})

test('the frame, the account menu and each of its dialogs are accessible', async () => {
  const { page } = await member()
  await expectAccessible(page, 'frame')
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menu', { name: 'Account' }).waitFor()
  await expectAccessible(page, 'account menu')
  await page.keyboard.press('Escape')
  for (const name of ['Export', 'Import', 'Change password', 'Sessions', 'Appearance', 'Delete account']) {
    await chooseAccount(page, name)
    await page.getByRole('dialog', { name }).waitFor()
    await expectAccessible(page, name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name }).waitFor({ state: 'detached' })
  }
})

test('for whoever wants less motion, nothing moves', async () => {
  const { page } = await member()
  await add(page, 'Buy milk')
  await page.evaluate("globalThis.moved = 0; addEventListener('transitionrun', () => { moved += 1 })")
  const moved = () => page.evaluate<number>('moved')
  const isMoving =
    "({ transitionDuration, animationName, animationDuration }) => transitionDuration !== '0s' || (animationName !== 'none' && animationDuration !== '0.001s')"
  const moving = () =>
    page.evaluate<number>(
      `[...document.querySelectorAll('*')].map((element) => getComputedStyle(element)).filter(${isMoving}).length`,
    )
  const use = async () => {
    await quickAdd(page).focus()
    await item(page, 'Buy milk').getByRole('checkbox').hover()
    await item(page, 'Buy milk').getByRole('button', { name: 'Buy milk' }).click()
    await page.getByRole('dialog', { name: 'Buy milk' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Buy milk' }).waitFor({ state: 'detached' })
  }
  await page.emulateMedia({ reducedMotion: 'no-preference' })
  await use()
  await expect.poll(moved).toBeGreaterThan(0)
  expect(await moving()).toBeGreaterThan(0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // What began to move before is told of with the next frame.
  const frame = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))'
  await page.evaluate(`${frame}.then(() => { moved = 0 })`)
  await use()
  expect([await moved(), await moving()]).toEqual([0, 0])
})

const light = ['rgb(28, 30, 34)', 'rgb(251, 251, 250)']
const dark = ['rgb(233, 234, 236)', 'rgb(23, 24, 27)']

async function expectColours(page: Page, colours: readonly string[]): Promise<void> {
  const shown = `(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.documentElement))`
  await expect.poll(() => page.evaluate<string[]>(shown)).toEqual(colours)
}

test('light and dark follow the system, also where it changes while the app is open', async () => {
  const { page } = await member({ colorScheme: 'light' })
  await expectColours(page, light)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectColours(page, dark)
  await page.reload()
  await expectColours(page, dark)
  await page.emulateMedia({ colorScheme: 'light' })
  await expectColours(page, light)
})

test('light or dark is chosen for the device, in every tab and after a reload, and whoever signs out leaves no choice', async () => {
  const { page, context } = await member({ colorScheme: 'light' })
  const second = await context.newPage()
  await second.goto('/today')
  await chooseAccount(page, 'Appearance')
  const choice = page.getByRole('group', { name: 'Colours on this device' })
  expect(await choice.getByRole('radio', { name: 'As the system' }).isChecked()).toBe(true)
  await choice.getByRole('radio', { name: 'Dark' }).check()
  for (const tab of [page, second]) await expectColours(tab, dark)
  // The browser's own frame as well.
  const frame = "[...document.querySelectorAll('meta[name=theme-color]')].map(({ content }) => content)"
  expect(await page.evaluate(frame)).toEqual(['#17181b', '#17181b'])
  await page.reload()
  await expectColours(page, dark)

  await chooseAccount(page, 'Appearance')
  await choice.getByRole('radio', { name: 'As the system' }).check()
  for (const tab of [page, second]) await expectColours(tab, light)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectColours(page, dark)
  await choice.getByRole('radio', { name: 'Light' }).check()
  for (const tab of [page, second]) await expectColours(tab, light)
  await page.keyboard.press('Escape')

  await chooseAccount(page, 'Sign out')
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await expectColours(page, dark)
  expect(await page.evaluate('Object.keys(localStorage)')).toEqual([])
})

test('the sign-in over an ended session is accessible', async () => {
  const { page, context } = await member()
  await context.clearCookies()
  await page.reload()
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor()
  await expectAccessible(page, 'session ended')
})
