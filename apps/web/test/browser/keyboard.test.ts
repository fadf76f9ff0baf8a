import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, type Person } from './support/person.ts'
import {
  add,
  chooseMore,
  expectTitles,
  goTo,
  item,
  quickAdd,
  status,
  untilDatesAreRead,
  untilSent,
  withApi,
} from './support/tasks.ts'

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
  const walk = [
    ['j', 'B'],
    ['ArrowDown', 'C'],
    ['k', 'B'],
    ['ArrowUp', 'A'],
    ['j', 'B'],
  ] as const
  for (const [key, title] of walk) {
    await page.keyboard.press(key)
    await expect.poll(() => focused(page)).toBe(title)
  }
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

test('many are selected and changed at once, in one batch and one step that is taken back', async () => {
  const { page } = await member()
  const batches = batchesOf(page)
  await add(page, 'C', 'B', 'A')
  await expectTitles(page, ['A', 'B', 'C'])
  await untilSent(page)
  expect(batches.size).toBeGreaterThan(0)
  batches.clear()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.getByRole('group', { name: '2 selected' }).waitFor()
  await page.keyboard.press('Control+a')
  await page.getByRole('group', { name: '3 selected' }).waitFor()
  await page.keyboard.press('e')
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  await untilSent(page)
  expect(batches.size).toBe(1)
  await page.keyboard.press('Control+z')
  await expectTitles(page, ['A', 'B', 'C'])
})

/** The keys of the batches that were sent: one that is sent again counts once. */
function batchesOf(page: Page): Set<string> {
  const batches = new Set<string>()
  page.on('request', (request) => {
    const key = request.headers()['idempotency-key']
    if (new URL(request.url()).pathname === '/tasks/batch' && key !== undefined) batches.add(key)
  })
  return batches
}

test('what is chosen is planned, tagged, prioritised, moved and deleted together, each in one step', async () => {
  const ada = await member()
  const { page } = ada
  await add(page, 'D', 'C', 'B', 'A')
  await expectTitles(page, ['A', 'B', 'C', 'D'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('x')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('x')
  const bar = page.getByRole('group', { name: '2 selected' })
  await bar.waitFor()
  await page.keyboard.press('Alt+ArrowDown')
  await expectTitles(page, ['C', 'A', 'B', 'D'])
  await chooseMore(page, 'A', 'Move down')
  await expectTitles(page, ['C', 'D', 'A', 'B'])
  await page.keyboard.press('Alt+ArrowUp')
  await expectTitles(page, ['C', 'A', 'B', 'D'])
  await page.keyboard.press('2')
  await status(page, 'Changed 2 tasks').waitFor()
  await page.keyboard.press('#')
  await page.getByRole('dialog', { name: 'Tags' }).getByRole('combobox', { name: 'Tags' }).fill('home')
  await page.keyboard.press('Enter')
  for (const title of ['A', 'B']) await item(page, title).getByText('#home').waitFor()
  await page.keyboard.press('t')
  await page.keyboard.press('w')
  await expect.poll(async () => (await duesOf(ada)).filter((due) => due !== '').length).toBe(2)
  expect(await item(page, 'C').getByText('#home').count()).toBe(0)

  for (const title of ['A', 'B'])
    await item(page, title)
      .getByRole('button', { name: title, exact: true })
      .click({ modifiers: ['Control'] })
  await bar.getByRole('button', { name: 'Delete' }).click()
  await expectTitles(page, ['C', 'D'])
  for (let step = 0; step < 6; step += 1) await page.keyboard.press('Control+z')
  await expectTitles(page, ['C', 'A', 'B', 'D'])
  await page.keyboard.press('Control+z')
  await expectTitles(page, ['A', 'B', 'C', 'D'])
  await expect.poll(async () => (await duesOf(ada)).filter((due) => due !== '')).toEqual([])
})

async function duesOf(person: Person): Promise<string[]> {
  return (await (await withApi(person)).dues()).map(([, due]) => due)
}

test('postponing by keys leaves the repetition, and each other key does what the sheet says', async () => {
  const { page, trouble } = await member()
  await untilDatesAreRead(page)
  await add(page, 'Water the plants today every 3 days')
  const row = item(page, 'Water the plants')
  await row.getByText('today').waitFor()
  await page.keyboard.press('ArrowDown')
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await press('t', 'm')
  await row.getByText('tomorrow').waitFor()
  await row.getByText('every 3 days').waitFor({ state: 'attached' })
  await press('t', 't')
  await row.getByText('today').waitFor()
  await press('g', 't')
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  await press('g', 'a')
  await page.getByRole('heading', { level: 1, name: 'All' }).waitFor()
  await press('j', '3')
  await row.and(page.locator(':has(.task.low)')).waitFor()
  await press('0')
  await row.and(page.locator(':has(.task:not(.low))')).waitFor()
  await press('t', 'r')
  await row.getByText('today').waitFor({ state: 'detached' })
  await row.getByText('every 3 days').waitFor({ state: 'detached' })
  await press('Control+k')
  await page.getByRole('searchbox', { name: 'Search' }).and(page.locator(':focus')).waitFor()
  expect(trouble).toEqual([])
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
