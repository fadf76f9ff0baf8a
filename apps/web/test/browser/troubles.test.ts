import { expect, test } from 'vitest'
import { expectAccessible } from './support/axe.ts'
import { member, type Person } from './support/person.ts'
import {
  add,
  chooseMore,
  expectTitles,
  item,
  status,
  titlesOnServer,
  untilSent,
  withApi,
} from './support/tasks.ts'

const note = ({ page }: Person, name: string | RegExp) => page.getByRole('region', { name })

/** A task whose title was changed here without a network, and elsewhere as well. */
async function inConflict(): Promise<Person> {
  const ada = await member()
  const { page, context } = ada
  await add(page, 'Buy milk')
  await item(page, 'Buy milk').waitFor()
  await untilSent(page)
  const api = await withApi(ada)
  const [task] = await api.untilTasks(1)
  await context.setOffline(true)
  await status(page, /^Offline/).waitFor()
  await chooseMore(page, 'Buy milk', 'Edit')
  await page.getByRole('textbox', { name: 'Title' }).fill('Buy oat milk')
  await page.keyboard.press('Enter')
  await expectTitles(page, ['Buy oat milk'])
  await api.change(task?.id ?? '', { title: 'Buy soy milk', description: 'Two litres' })
  await context.setOffline(false)
  await note(ada, /was changed here and elsewhere/).waitFor()
  return ada
}

test('a title that two devices changed stands in both versions, and mine is kept where it is chosen', async () => {
  const ada = await inConflict()
  const { page } = ada
  const row = note(ada, /“Buy soy milk” was changed here and elsewhere/).getByRole('row', { name: /^Title/ })
  await expect.poll(() => row.getByRole('cell').allInnerTexts()).toEqual(['Buy oat milk', 'Buy soy milk'])
  await expectAccessible(page, 'conflict')
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await note(ada, /was changed/).waitFor({ state: 'detached' })
  await expectTitles(page, ['Buy oat milk'])
  await expect.poll(() => titlesOnServer(ada)).toEqual(['Buy oat milk'])
  await item(page, 'Buy oat milk').getByRole('button', { name: 'Buy oat milk', exact: true }).click()
  const description = page.getByRole('dialog').getByRole('textbox', { name: 'Description' })
  await expect.poll(() => description.inputValue()).toBe('Two litres')
})

test('theirs is kept where that is chosen, after a reload too', async () => {
  const ada = await inConflict()
  const { page } = ada
  await page.reload()
  await page.getByRole('button', { name: 'Keep theirs' }).click()
  await note(ada, /was changed/).waitFor({ state: 'detached' })
  await expectTitles(page, ['Buy soy milk'])
  expect(await titlesOnServer(ada)).toEqual(['Buy soy milk'])
})

test('a conflict and a refusal name their task where it was deleted elsewhere meanwhile', async () => {
  const ada = await inConflict()
  const { page } = ada
  const api = await withApi(ada)
  const [task] = await api.tasks()
  await api.batch([{ op: 'delete', id: task?.id }])
  await expectTitles(page, [])
  await note(ada, '“Buy soy milk” was changed here and elsewhere').waitFor()
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await note(ada, 'Not saved').getByText('Buy oat milk', { exact: true }).waitFor()
})

test('a change that the API refuses is told with all that was typed, until it is dismissed', async () => {
  const ada = await member()
  const { page } = ada
  await add(page, 'Buy milk')
  await chooseMore(page, 'Buy milk', 'Edit')
  const tooLong = 'Buy milk, '.repeat(30).trim()
  await page.getByRole('textbox', { name: 'Title' }).fill(tooLong)
  await page.keyboard.press('Enter')
  const refused = note(ada, 'Not saved')
  await refused.getByText(tooLong, { exact: true }).waitFor()
  await expectTitles(page, ['Buy milk'])
  await expectAccessible(page, 'refusal')
  await page.reload()
  await refused.getByRole('button', { name: 'Dismiss' }).click()
  await refused.waitFor({ state: 'detached' })
  await page.reload()
  await expectTitles(page, ['Buy milk'])
  expect(await refused.count()).toBe(0)
})
