import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, type Person, stranger } from './support/person.ts'
import {
  add,
  chooseMore,
  expectTitles,
  goTo,
  item,
  list,
  quickAdd,
  status,
  titlesOf,
  untilDatesAreRead,
  untilSent,
  withApi,
} from './support/tasks.ts'

/** So high that no row is out of sight, where it would not be drawn. */
const tall = { viewport: { width: 1100, height: 3600 } }

async function otherDevice({ context }: Person, path = '/'): Promise<Person> {
  const other = await stranger({ ...tall, storageState: await context.storageState() })
  await other.page.goto(path)
  return other
}

test('a device that was away for fifty changes shows them all, and its own, and asks about the same field', async () => {
  const ada = await member(tall)
  const { page, context } = ada
  const api = await withApi(ada)
  const titles = Array.from({ length: 50 }, (_, index) => `Task ${String(index).padStart(2, '0')}`)
  await api.batch(titles.map((title) => ({ op: 'create', title })))
  await expect.poll(() => list(page).getByRole('listitem').count()).toBe(50)
  await context.setOffline(true)
  await status(page, /^Offline/).waitFor()
  await add(page, 'Made away')
  await item(page, 'Task 07').getByRole('checkbox').click()
  await chooseMore(page, 'Task 08', 'Edit')
  await page.getByRole('textbox', { name: 'Title' }).fill('Task 08, here')
  await page.keyboard.press('Enter')
  await status(page, /^Offline.*3 changes/).waitFor()

  const made = await api.tasks()
  await api.batch(
    made.map(({ id, title }) => ({
      op: 'update',
      id,
      ...(title === 'Task 08' ? { title: `${title}, elsewhere` } : { description: 'Changed elsewhere' }),
    })),
  )
  await context.setOffline(false)
  const note = page.getByRole('region', { name: /was changed here and elsewhere/ })
  await note.waitFor()
  await expect
    .poll(() =>
      note
        .getByRole('row', { name: /^Title/ })
        .getByRole('cell')
        .allInnerTexts(),
    )
    .toEqual(['Task 08, here', 'Task 08, elsewhere'])
  const now = async () => {
    const all = await api.tasks()
    const changed = all.filter(({ description }) => description === 'Changed elsewhere').length
    const done = all.filter(({ completed }) => completed).map(({ title }) => title)
    return { count: all.length, changed, done }
  }
  await expect.poll(now).toEqual({ count: 51, changed: 49, done: ['Task 07'] })
  await note.getByRole('button', { name: 'Keep mine' }).click()
  await note.waitFor({ state: 'detached' })
  await item(page, 'Task 08, here').waitFor()
})

test('of fifty pasted lines twenty are moved on two devices, and both have the same order after a reload', async () => {
  const ada = await member(tall)
  const { page } = ada
  await ada.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const lines = Array.from({ length: 50 }, (_, index) => `Line ${String(index).padStart(2, '0')}`)
  await page.evaluate((text) => navigator.clipboard.writeText(text), lines.join('\n'))
  await quickAdd(page).focus()
  await page.keyboard.press('Control+v')
  await expectTitles(page, lines)
  const other = await otherDevice(ada)
  await expectTitles(other.page, lines)
  const order = [...lines]
  for (let move = 0; move < 20; move += 1) {
    const device = move % 2 === 0 ? page : other.page
    await expectTitles(device, order)
    const at = (move * 7) % 50
    await focusRow(device, order[at] ?? '')
    const by = at < 25 ? 1 : -1
    await device.keyboard.press(by === 1 ? 'Alt+ArrowDown' : 'Alt+ArrowUp')
    order.splice(at + by, 0, ...order.splice(at, 1))
    await expectTitles(device, order)
  }
  await expectTitles(page, order)
  await Promise.all([page.reload(), other.page.reload()])
  await expectTitles(page, order)
  await expectTitles(other.page, order)
})

async function focusRow(page: Page, title: string): Promise<void> {
  await item(page, title).getByRole('button', { name: title, exact: true }).focus()
}

test('a repeating task says when it comes again, and two devices that complete it make one next task', async () => {
  const ada = await member()
  const { page } = ada
  await untilDatesAreRead(page)
  await add(page, 'Water the plants today every 3 days')
  await expectTitles(page, ['Water the plants'])
  await untilSent(page)
  const api = await withApi(ada)
  const other = await otherDevice(ada)
  await expectTitles(other.page, ['Water the plants'])
  const both = [ada, other]
  for (const device of both) {
    await device.context.setOffline(true)
    await status(device.page, /^Offline/).waitFor()
    await item(device.page, 'Water the plants').getByRole('checkbox').click()
    await status(device.page, /Completed “Water the plants”\. It comes again (?:in 3 days|\w+)/).waitFor()
    await expectTitles(device.page, [])
  }
  for (const device of both) await device.context.setOffline(false)
  for (const device of both) await expectTitles(device.page, ['Water the plants'])
  await api.untilTasks(2)
  for (const device of both) {
    await goTo(device.page, 'Completed')
    await expectTitles(device.page, ['Water the plants'])
    expect(await device.page.getByRole('region', { name: /changed here|Not saved/ }).count()).toBe(0)
  }
  expect((await api.tasks()).map(({ completed }) => completed).sort()).toEqual([false, true])
})

test('a task that another device moves while it is clicked is the one that is done', async () => {
  const ada = await member()
  const { page } = ada
  await add(page, 'Second', 'First')
  await untilSent(page)
  // Hears of changes from the first tab, so once it shows one, the first tab has it, too.
  const secondTab = await ada.context.newPage()
  await secondTab.goto('/')
  await expectTitles(secondTab, ['First', 'Second'])
  await item(page, 'First').getByRole('checkbox').hover()
  await page.mouse.down()
  const api = await withApi(ada)
  await api.batch([{ op: 'create', title: 'Newcomer' }])
  await expectTitles(secondTab, ['Newcomer', 'First', 'Second'])
  expect(await titlesOf(list(page))).toEqual(['First', 'Second'])
  await page.mouse.up()
  await expectTitles(page, ['Newcomer', 'Second'])
})
