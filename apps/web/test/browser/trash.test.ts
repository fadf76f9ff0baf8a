import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createGate } from '../../../../services/api/test/support/gate.ts'
import { type Person, signedUp } from './support/person.ts'
import { add, chooseMore, goTo, insist, isGone, list, status, withApi } from './support/tasks.ts'

/** So high that no row is out of sight, where it would not be drawn. */
const tall = { viewport: { width: 1100, height: 9000 } }

const titles = Array.from({ length: 150 }, (_, index) => `Task ${String(index).padStart(3, '0')}`)
/** In their order: of tasks that were deleted at the same time, the one with the greatest id comes first. */
const idOf = (title: string) => `0190a000-0000-7000-8000-000000000${title.slice(5)}`
const newestFirst = titles.toReversed()

/** Somebody whose trash was filled on another device, of which this one knows nothing. */
async function withFullTrash(path = '/trash'): Promise<Person> {
  const ada = await signedUp(tall)
  const api = await withApi(ada)
  for (let at = 0; at < titles.length; at += 50) {
    const some = titles.slice(at, at + 50).map((title) => ({ id: idOf(title), title }))
    await api.batch([
      ...some.map((task) => ({ op: 'create', ...task })),
      ...some.map(({ id }) => ({ op: 'delete', id })),
    ])
  }
  await ada.page.goto(path)
  return ada
}

const entries = (page: Page) => list(page).locator('.task-title').allInnerTexts()
const entry = (page: Page, title: string) => list(page).getByRole('listitem').filter({ hasText: title })
const showMore = (page: Page) => page.getByRole('button', { name: 'Show more' })
const showAll = (page: Page) => insist(page, () => showMore(page).click(), isGone(showMore(page)))
const counted = (page: Page) =>
  page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('listitem')
    .filter({ hasText: 'Trash' })
    .innerText()

test('a trash of more than a hundred is counted whole, and shown page by page, with its newest deletion first', async () => {
  const { page, trouble } = await withFullTrash()
  await expect.poll(() => entries(page)).toEqual(newestFirst.slice(0, 100))
  await expect.poll(() => counted(page)).toMatch(/150/)
  await showAll(page)
  await expect.poll(() => entries(page)).toEqual(newestFirst)
  await entry(page, 'Task 010').getByRole('button', { name: 'Restore' }).click()
  await status(page, 'Restored “Task 010”').waitFor()
  await expect.poll(() => entries(page)).toEqual(newestFirst.filter((title) => title !== 'Task 010'))
  await goTo(page, 'All')
  await goTo(page, 'Trash')
  await expect.poll(() => entries(page)).toEqual(newestFirst.filter((title) => title !== 'Task 010'))
  await expect.poll(() => counted(page)).toMatch(/149/)
  expect(trouble).toEqual([])
})

test('the trash is counted before anybody looks at it, and with what is deleted here since', async () => {
  const { page } = await withFullTrash('/')
  await expect.poll(() => counted(page)).toMatch(/150/)
  await add(page, 'Buy milk')
  await chooseMore(page, 'Buy milk', 'Delete')
  await expect.poll(() => counted(page)).toMatch(/151/)
  await page.keyboard.press('Control+z')
  await expect.poll(() => counted(page)).toMatch(/150/)
})

test('what is deleted for good while more of the trash is on its way does not come back', async () => {
  const { page, context } = await withFullTrash()
  await expect.poll(() => entries(page)).toEqual(newestFirst.slice(0, 100))
  let isAsked = false
  let isHeld = false
  const gate = createGate()
  await context.route(/\/trash\?.*cursor=/, async (route) => {
    if (isAsked) return route.continue()
    isAsked = true
    let answer = await route.fetch({ timeout: 0 })
    while (answer.status() === 503) answer = await route.fetch({ timeout: 0 })
    isHeld = true
    await gate.passed
    await route.fulfill({ response: answer })
  })
  await showMore(page).click()
  await expect.poll(() => isHeld).toBe(true)
  for (const title of ['Task 149', 'Task 148']) {
    const purge = () => entry(page, title).getByRole('button', { name: 'Delete for good' }).click()
    await insist(page, purge, isGone(entry(page, title)))
  }
  gate.open()
  await expect.poll(() => entries(page)).toEqual(newestFirst.slice(2))
  await expect.poll(() => counted(page)).toMatch(/148/)
  await page.reload()
  await showAll(page)
  await expect.poll(() => entries(page)).toEqual(newestFirst.slice(2))
})
