import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { stranger, worked } from './support/person.ts'
import { expectTitles, insist, isThere, list } from './support/tasks.ts'

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string): Promise<void> {
  const focused = page.getByRole(role, { name, exact: true }).and(page.locator(':focus'))
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused.count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not come to ${name}`)
}

test('with the keyboard alone a person makes an account, adds, plans and deletes tasks, and empties the trash', async () => {
  const { page, email, password, trouble } = await stranger(worked)
  await page.goto('/')
  await page.getByRole('form', { name: 'Sign in' }).waitFor()
  await tabTo(page, 'link', 'Create an account')
  await page.keyboard.press('Enter')
  await page.getByRole('form', { name: 'Create an account' }).waitFor()
  await tabTo(page, 'textbox', 'E-mail')
  await page.keyboard.type(email)
  await tabTo(page, 'textbox', 'Password')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()

  await page.keyboard.press('q')
  for (const title of ['Water the plants', 'Old list']) {
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
  }
  await expectTitles(page, ['Old list', 'Water the plants'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Delete')
  await expectTitles(page, ['Water the plants'])
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Water the plants' })
  await dialog.waitFor()
  await tabTo(page, 'textbox', 'Description')
  await page.keyboard.type('Not the cactus')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  const row = list(page).getByRole('button', { name: 'Water the plants' })
  await row.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await expect
    .poll(() => dialog.getByRole('textbox', { name: 'Description' }).inputValue())
    .toBe('Not the cactus')
  await page.keyboard.press('Escape')
  await row.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Delete')
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()

  await tabTo(page, 'link', 'Trash')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Trash' }).waitFor()
  await expect.poll(() => list(page).getByRole('listitem').count()).toBe(2)
  const empty = async () => {
    await tabTo(page, 'button', 'Empty trash')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Empty trash' }).waitFor()
    await tabTo(page, 'button', 'Empty trash')
    await page.keyboard.press('Enter')
  }
  await insist(page, empty, isThere(page.getByRole('heading', { name: 'The trash is empty' })))
  expect(trouble).toEqual([])
})
