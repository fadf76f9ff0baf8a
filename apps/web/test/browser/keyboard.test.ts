import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member } from './support/person.ts'
import { add, expectTitles, goTo, item, quickAdd, status } from './support/tasks.ts'

const focused = (page: Page) => page.evaluate('document.activeElement?.textContent')

test('tasks are added, walked, planned, completed and deleted by keys alone', async () => {
  const { page, trouble } = await member()
  await page.keyboard.press('q')
  for (const title of ['C', 'B', 'A']) {
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
  }
  await expectTitles(page, ['A', 'B', 'C'])
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => focused(page)).toBe('A')
  await page.keyboard.press('j')
  await expect.poll(() => focused(page)).toBe('B')
  await page.keyboard.press('t')
  await page.keyboard.press('m')
  await item(page, 'B').getByText('tomorrow').waitFor()
  await page.keyboard.press('1')
  await status(page, 'Changed “B”').waitFor()

  await page.keyboard.press('e')
  await expectTitles(page, ['A', 'C'])
  await expect.poll(() => focused(page)).toBe('C')
  await page.keyboard.press('Delete')
  await expectTitles(page, ['A'])
  await expect.poll(() => focused(page)).toBe('A')
  await page.keyboard.press('Control+z')
  await expectTitles(page, ['A', 'C'])
  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await page.getByRole('heading', { level: 1, name: 'Upcoming' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('c')
  await expectTitles(page, ['C'])
  expect(trouble).toEqual([])
})

test('many are selected and changed at once, in one step that is taken back', async () => {
  const { page } = await member()
  await add(page, 'C', 'B', 'A')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByRole('group', { name: '2 selected' }).waitFor()
  await page.keyboard.press('Control+a')
  await page.getByRole('group', { name: '3 selected' }).waitFor()
  await page.keyboard.press('e')
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  await page.keyboard.press('Control+z')
  await expectTitles(page, ['A', 'B', 'C'])
})

test('the sheet of keys opens by ?, and its switch turns single keys off', async () => {
  const { page } = await member()
  await add(page, 'A')
  await expectTitles(page, ['A'])
  await page.keyboard.press('ArrowDown')
  await item(page, 'A').locator(':focus').waitFor()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await sheet.getByRole('checkbox', { name: 'Single keys' }).uncheck()
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
  await page.keyboard.press('e')
  await page.keyboard.press('Delete')
  await status(page, 'Deleted “A”').waitFor()
  await goTo(page, 'Completed')
  await page.getByRole('heading', { name: 'Nothing completed yet' }).waitFor()
  expect(await quickAdd(page).count()).toBe(0)
})
