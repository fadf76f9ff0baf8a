import { test } from 'vitest'
import { expectAccessible } from './support/axe.ts'
import { chooseAccount, member, stranger } from './support/person.ts'

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
  for (const name of ['Export', 'Import', 'Change password', 'Sessions', 'Delete account']) {
    await chooseAccount(page, name)
    await page.getByRole('dialog', { name }).waitFor()
    await expectAccessible(page, name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name }).waitFor({ state: 'detached' })
  }
})

test('the sign-in over an ended session is accessible', async () => {
  const { page, context } = await member()
  await context.clearCookies()
  await page.reload()
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor()
  await expectAccessible(page, 'session ended')
})
