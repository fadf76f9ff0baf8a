import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { holdBack } from '../support/gate.ts'
import { type Person, signedUp } from './support/person.ts'
import { add, item, list, withApi } from './support/tasks.ts'

/** More than one answer of the feed holds. */
const SIZE = 6000

async function withManyTasks(): Promise<Person> {
  const ada = await signedUp()
  await (await withApi(ada)).import(exportOf(SIZE))
  return ada
}

function exportOf(size: number): string {
  const start = Date.UTC(2026, 0, 1)
  const tasks = Array.from({ length: size }, (_, index) => {
    const at = new Date(start + index * 1000).toISOString()
    const fields = { description: null, completed: false, created_at: at, updated_at: at, deleted_at: null }
    return { type: 'task', id: randomUUID(), title: `Task ${index}`, ...fields }
  })
  const first = { type: 'export', version: 1, user_id: randomUUID(), exported_at: new Date().toISOString() }
  return [first, ...tasks, { type: 'end', count: size }].map((line) => `${JSON.stringify(line)}\n`).join('')
}

const counted = (size: number) => size.toLocaleString('en')

test('of thousands of tasks the newest are there before the rest, and what is done meanwhile survives', async () => {
  const ada = await withManyTasks()
  const { page, context, trouble } = ada
  const feed = await holdBack(context, '**/tasks/changes*')
  await page.goto('/')
  await item(page, 'Task 5999').getByRole('checkbox').click()
  await item(page, 'Task 5999').waitFor({ state: 'detached' })
  await add(page, 'Made meanwhile')
  await item(page, 'Made meanwhile').waitFor()
  feed.open()
  const all = page.getByRole('navigation', { name: 'Views' }).getByRole('listitem').filter({ hasText: 'All' })
  await all.getByText(counted(SIZE)).waitFor()
  await item(page, 'Made meanwhile').waitFor()
  expect(await item(page, 'Task 5999').count()).toBe(0)
  expect(await item(page, 'Task 5998').count()).toBe(1)
  const api = await withApi(ada)
  await expect
    .poll(async () => (await api.tasks()).slice(0, 2).map(({ title, completed }) => [title, completed]))
    .toEqual([
      ['Made meanwhile', false],
      ['Task 5999', true],
    ])
  expect(trouble).toEqual([])
})

test('a list of thousands draws what is near alone, and a search counts all that it finds, letter by letter', async () => {
  const { page } = await withManyTasks()
  await page.goto('/')
  const all = page.getByRole('navigation', { name: 'Views' }).getByRole('listitem').filter({ hasText: 'All' })
  await all.getByText(counted(SIZE)).waitFor()
  const nodes = () => page.evaluate<number>("document.querySelectorAll('*').length")
  expect(await nodes()).toBeLessThan(2000)
  await page.keyboard.press('/')
  const found = async (typed: string, count: number) => {
    await page.keyboard.type(typed)
    await page.getByText(count === 1 ? '1 result' : `${counted(count)} results`, { exact: true }).waitFor()
  }
  await found('t', 6000)
  await found('ask 5', 2355)
  await found('99', 16)
  await found('9', 1)
  expect(await list(page).getByRole('listitem').count()).toBe(1)
  for (const count of [16, 2355]) {
    await page.keyboard.press('Backspace')
    if (count === 2355) await page.keyboard.press('Backspace')
    await page.getByText(`${counted(count)} results`, { exact: true }).waitFor()
  }
  expect(await nodes()).toBeLessThan(2000)
})
