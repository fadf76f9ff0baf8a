import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member } from './support/person.ts'
import { add, item } from './support/tasks.ts'

async function expectMenu(page: Page, names: readonly string[]): Promise<void> {
  await page.getByRole('menu').waitFor()
  expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(names)
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
}

test('the menus of a task and of the account offer all that they are to offer', async () => {
  const { page } = await member()
  await add(page, 'Buy milk')
  await item(page, 'Buy milk').getByRole('button', { name: 'More' }).click()
  await expectMenu(page, ['Edit', 'Due', 'Priority', 'Tags', 'Move up', 'Move down', 'Delete'])
  await page.getByRole('button', { name: 'Account' }).click()
  await expectMenu(page, [
    'Export',
    'Import',
    'Change password',
    'Sessions',
    'Appearance',
    'Keyboard shortcuts',
    'Sign out',
    'Delete account',
  ])
})
