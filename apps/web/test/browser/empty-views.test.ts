import { expect, test } from 'vitest'
import { member } from './support/person.ts'
import { goTo } from './support/tasks.ts'

test('a view without a task says what belongs in it, and how it gets there', async () => {
  const { page } = await member()
  const says = async (title: string, how: RegExp) => {
    await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor()
    await page.getByText(how).waitFor()
  }
  await says('Nothing to do', /^Type a task above and press Enter/)
  await goTo(page, 'Today')
  await says('Nothing for today', /^Add a task that ends in “today”/)
  await goTo(page, 'Upcoming')
  await says('Nothing planned', /^Add a task such as “Dentist friday 9am”/)
  await goTo(page, 'Completed')
  await says('Nothing completed yet', /^Check a task, or press e on it/)
  await goTo(page, 'Trash')
  await says('The trash is empty', /^Deleted tasks wait here/)
  await page.getByRole('searchbox', { name: 'Search' }).fill('milk')
  await says('Nothing found', /^Every word may stand anywhere/)
  await page.goto('/tags/home')
  await says('Nothing with this tag', /^Add a task here and it gets the tag/)
  expect(await page.getByRole('list', { name: 'Tasks' }).count()).toBe(0)
})
