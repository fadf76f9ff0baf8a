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
  await says('Nothing completed yet', /^Check a task, and it is here/)
  await goTo(page, 'Trash')
  await says('The trash is empty', /^Deleted tasks wait here/)
  await page.getByRole('searchbox', { name: 'Search' }).fill('milk')
  await says('Nothing found', /^Every word may stand anywhere/)
  await page.goto('/tags/home')
  await says('Nothing with this tag', /^Add a task here and it gets the tag/)
  expect(await page.getByRole('list', { name: 'Tasks' }).count()).toBe(0)
})

test('only someone with a mouse and single keys is told of them in an empty view', async () => {
  const { page } = await member()
  const hint = page.getByText('By keys: t twice.')
  await goTo(page, 'Today')
  await hint.waitFor()
  await page.keyboard.press('?')
  await page.getByRole('checkbox', { name: 'Single keys' }).uncheck()
  await page.keyboard.press('Escape')
  await hint.waitFor({ state: 'detached' })

  const phone = await member({ hasTouch: true })
  await goTo(phone.page, 'Today')
  await phone.page.getByText('Add a task that ends in “today”').waitFor()
  expect(await phone.page.getByText('By keys: t twice.').isVisible()).toBe(false)
})
