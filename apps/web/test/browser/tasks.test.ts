import type { BrowserContext } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, signedUp } from './support/person.ts'
import {
  add,
  chooseMore,
  expectTitles,
  goTo,
  insist,
  isGone,
  isThere,
  item,
  list,
  quickAdd,
  status,
  untilDatesAreRead,
  untilSent,
  withApi,
} from './support/tasks.ts'

test('a task is added, completed, taken back, edited, deleted, and restored by the way back', async () => {
  const { page, trouble } = await member()
  await add(page, 'Buy milk', 'Call mum')
  await expectTitles(page, ['Call mum', 'Buy milk'])
  expect(await quickAdd(page).evaluate((input) => input.matches(':focus'))).toBe(true)

  await item(page, 'Buy milk').getByRole('checkbox').click()
  await status(page, 'Completed “Buy milk”').waitFor()
  await expectTitles(page, ['Call mum'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expectTitles(page, ['Call mum', 'Buy milk'])

  await chooseMore(page, 'Buy milk', 'Edit')
  await page.getByRole('textbox', { name: 'Title' }).fill('Buy oat milk')
  await page.keyboard.press('Enter')
  await expectTitles(page, ['Call mum', 'Buy oat milk'])

  await chooseMore(page, 'Buy oat milk', 'Delete')
  await expectTitles(page, ['Call mum'])
  await page.keyboard.press('Control+z')
  await expectTitles(page, ['Call mum', 'Buy oat milk'])
  await page.reload()
  await expectTitles(page, ['Call mum', 'Buy oat milk'])
  expect(trouble).toEqual([])
})

test('twenty-five actions are taken back one by one, by the key alone', async () => {
  // So high that no row is out of sight, where it would not be drawn.
  const { page } = await member({ viewport: { width: 1100, height: 1800 } })
  const titles = Array.from({ length: 25 }, (_, index) => `Task ${index}`)
  await add(page, ...titles)
  await expectTitles(page, titles.toReversed())
  for (let left = 24; left >= 0; left -= 1) {
    await quickAdd(page).press('Control+z')
    await expect.poll(() => list(page).getByRole('checkbox').count()).toBe(left)
  }
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
})

test('pasted lines become tasks in their order, and one step takes them all back', async () => {
  const { page, context } = await member()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const lines = Array.from({ length: 50 }, (_, index) => `Line ${index} tomorrow #x`)
  await page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    lines.map((line) => `- ${line}`).join('\n'),
  )
  await quickAdd(page).focus()
  await page.keyboard.press('Control+v')
  await status(page, 'Added 50 tasks').waitFor()
  await expect
    .poll(async () => await list(page).getByRole('checkbox').first().getAttribute('aria-label'))
    .toBe(lines[0])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  await quickAdd(page).focus()
  await page.keyboard.press('Control+v')
  await item(page, lines[0] ?? '').waitFor()
  await page.reload()
  await expect
    .poll(async () => await list(page).getByRole('checkbox').first().getAttribute('aria-label'))
    .toBe(lines[0])
  await item(page, lines[1] ?? '').waitFor()
})

/** The keys of the batches that were sent: one that a busy service puts off is sent again, with the same key. */
function batchesOf(context: BrowserContext): ReadonlySet<string | undefined> {
  const keys = new Set<string | undefined>()
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/tasks/batch') keys.add(request.headers()['idempotency-key'])
  })
  return keys
}

test('a pasted list is sent by one request', async () => {
  const { page, context } = await member()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const batches = batchesOf(context)
  await page.evaluate((text) => navigator.clipboard.writeText(text), 'Bread\nMilk\nEggs')
  await quickAdd(page).focus()
  await page.keyboard.press('Control+v')
  await expectTitles(page, ['Bread', 'Milk', 'Eggs'])
  await untilSent(page)
  expect(batches.size).toBe(1)
})

test('the views hold what belongs to them, with counts', async () => {
  const { page } = await member()
  await untilDatesAreRead(page)
  await add(page, 'Some day #home', 'Now today #home', 'Later in 3 days', 'Late 2020-01-01')
  await expectTitles(page, ['Late', 'Later', 'Now', 'Some day'])
  const count = (view: string) =>
    page
      .getByRole('navigation', { name: 'Views' })
      .getByRole('listitem')
      .filter({ hasText: view })
      .innerText()
  await expect.poll(() => count('All')).toMatch(/4/)
  await expect.poll(() => count('Today')).toMatch(/2/)
  await expect.poll(() => count('Upcoming')).toMatch(/1/)
  await expect.poll(() => count('home')).toMatch(/2/)

  await goTo(page, 'Today')
  await expectTitles(page, ['Late', 'Now'])
  await page.getByRole('heading', { name: 'Overdue' }).waitFor()
  await page.getByRole('button', { name: 'Move all to today' }).click()
  await page.getByRole('heading', { name: 'Overdue' }).waitFor({ state: 'detached' })
  await goTo(page, 'Upcoming')
  await expectTitles(page, ['Later'])
  await goTo(page, 'home')
  await expectTitles(page, ['Now', 'Some day'])
  await item(page, 'Now').getByRole('checkbox').click()
  await goTo(page, 'Completed')
  await expectTitles(page, ['Now'])
  await expect.poll(() => count('Completed')).toMatch(/1/)

  await page.getByRole('searchbox', { name: 'Search' }).fill('LATE')
  await expectTitles(page, ['Late', 'Later'])
})

test('all that is overdue moves to today at one press, each at its time, and back in one step', async () => {
  const ada = await signedUp({ timezoneId: 'UTC' })
  const { page } = ada
  await page.clock.setFixedTime('2027-05-10T10:00:00Z')
  await page.goto('/today')
  await add(
    page,
    'Rent 2027-05-01 every month',
    'Call 2027-05-09T09:30',
    'Now 2027-05-10',
    'Later 2027-05-11',
  )
  await expectTitles(page, ['Rent', 'Call', 'Now'])
  const api = await withApi(ada)
  const dues = async () => Object.fromEntries(await api.dues())
  const before = { Rent: '2027-05-01', Call: '2027-05-09T09:30', Now: '2027-05-10', Later: '2027-05-11' }
  await expect.poll(dues).toEqual(before)
  await page.getByRole('button', { name: 'Move all to today' }).click()
  await page.getByRole('heading', { name: 'Overdue' }).waitFor({ state: 'detached' })
  await expect.poll(dues).toEqual({ ...before, Rent: '2027-05-10', Call: '2027-05-10T09:30' })
  await item(page, 'Rent').getByText('every month').waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('heading', { name: 'Overdue' }).waitFor()
  await expect.poll(dues).toEqual(before)
})

test('a deleted task is restored from the trash, deleted for good, and the trash is emptied', async () => {
  const { page } = await member()
  await add(page, 'One', 'Two', 'Three')
  for (const title of ['One', 'Two', 'Three']) await chooseMore(page, title, 'Delete')
  await goTo(page, 'Trash')
  const entry = (title: string) => list(page).getByRole('listitem').filter({ hasText: title })
  await entry('One').getByRole('button', { name: 'Restore' }).click()
  await entry('One').waitFor({ state: 'detached' })
  const purge = () => entry('Two').getByRole('button', { name: 'Delete for good' }).click()
  await insist(page, purge, isGone(entry('Two')))
  const empty = async () => {
    await page.getByRole('button', { name: 'Empty trash' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Empty trash' }).click()
  }
  await insist(page, empty, isThere(page.getByRole('heading', { name: 'The trash is empty' })))
  await goTo(page, 'All')
  await expectTitles(page, ['One'])
})

test('an open task is changed in every field, and the address leads to it', async () => {
  const { page } = await member()
  await add(page, 'Plan trip')
  await item(page, 'Plan trip').getByRole('button', { name: 'Plan trip' }).click()
  const dialog = page.getByRole('dialog', { name: 'Plan trip' })
  await dialog.getByRole('textbox', { name: 'Description' }).fill('By train')
  await dialog.getByLabel('Due').fill('2027-05-05')
  await dialog.getByLabel('Time', { exact: true }).fill('09:30')
  await dialog.getByLabel('Time zone').fill('Europe/Paris')
  await dialog.getByLabel('Repeats').fill('every 2 weeks on monday')
  await dialog.getByLabel('Priority').selectOption('High')
  await dialog.getByLabel('Tags').fill('travel, fun')
  await dialog.getByRole('textbox', { name: 'Title' }).fill('Plan the trip')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await item(page, 'Plan the trip').getByText('#travel').waitFor()

  await item(page, 'Plan the trip').getByRole('button', { name: 'Plan the trip' }).click()
  const again = page.getByRole('dialog', { name: 'Plan the trip' })
  await expect.poll(() => again.getByLabel('Repeats').inputValue()).toBe('every 2 weeks on Monday')
  expect(await again.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('By train')
  expect(await again.getByLabel('Due').inputValue()).toBe('2027-05-05')
  expect(await again.getByLabel('Time', { exact: true }).inputValue()).toBe('09:30')
  expect(await again.getByLabel('Time zone').inputValue()).toBe('Europe/Paris')
  await page.reload()
  await page.getByRole('dialog', { name: 'Plan the trip' }).waitFor()
})

test('what is being typed into an open task stays while other changes arrive', async () => {
  const { page, context } = await member()
  await add(page, 'Plan trip')
  await item(page, 'Plan trip').getByRole('button', { name: 'Plan trip' }).click()
  const dialog = page.getByRole('dialog', { name: 'Plan trip' })
  await dialog.getByRole('textbox', { name: 'Description' }).pressSequentially('By train, or')
  const other = await context.newPage()
  await other.goto('/')
  await chooseMore(other, 'Plan trip', 'Edit')
  await other.getByRole('textbox', { name: 'Title' }).fill('Plan the trip')
  await other.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Plan the trip' }).waitFor()
  await page.getByRole('textbox', { name: 'Description' }).pressSequentially(' by night bus')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await item(page, 'Plan the trip').getByRole('button', { name: 'Plan the trip' }).click()
  const text = page.getByRole('textbox', { name: 'Description' })
  await expect.poll(() => text.inputValue()).toBe('By train, or by night bus')
})
