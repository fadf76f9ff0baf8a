import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, onAnotherDevice, type Person, signedUp } from './support/person.ts'
import {
  add,
  chooseMore,
  expectTitles,
  goTo,
  item,
  untilDatesAreRead,
  untilSent,
  withApi,
} from './support/tasks.ts'

const focused = (page: Page) => page.evaluate('document.activeElement?.textContent')

test('a task moves by keys and by the menu, and stays there after a reload and on another device', async () => {
  const ada = await member()
  const { page } = ada
  await add(page, 'C', 'B', 'A')
  await expectTitles(page, ['A', 'B', 'C'])
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => focused(page)).toBe('A')
  await page.keyboard.press('Alt+ArrowDown')
  await expectTitles(page, ['B', 'A', 'C'])
  await expect.poll(() => focused(page)).toBe('A')
  await page.keyboard.press('Alt+ArrowUp')
  await expectTitles(page, ['A', 'B', 'C'])
  await chooseMore(page, 'C', 'Move up')
  await expectTitles(page, ['A', 'C', 'B'])
  await chooseMore(page, 'A', 'Move down')
  await expectTitles(page, ['C', 'A', 'B'])
  await expectKept(ada, ['C', 'A', 'B'])
})

test('a task that is dragged by its handle stays at its new place, on another device too', async () => {
  const ada = await member()
  const { page } = ada
  await add(page, 'C', 'B', 'A')
  await expectTitles(page, ['A', 'B', 'C'])
  await drag(page, 'A', 'C')
  await expectTitles(page, ['B', 'C', 'A'])
  await expectKept(ada, ['B', 'C', 'A'])
})

test('of twenty moves by dragging, one after the other, each counts, and the service has the last order', async () => {
  const ada = await signedUp()
  const api = await withApi(ada)
  const order = ['A', 'B', 'C', 'D', 'E', 'F']
  await api.batch(order.toReversed().map((title) => ({ op: 'create', title })))
  const { page } = ada
  await page.goto('/')
  await expectTitles(page, order)
  for (let move = 0; move < 20; move += 1) {
    const from = move % 6
    const [title = '', below = ''] = [order[from], order[(from + 2 + (move % 3)) % 6]]
    order.splice(order.indexOf(title), 1)
    order.splice(order.indexOf(below) + 1, 0, title)
    await drag(page, title, below)
    await expectTitles(page, order)
  }
  await untilSent(page)
  expect(await api.titlesByHand()).toEqual(order)
})

test('a list is ordered by hand, by due, by priority and by age, and the choice is kept', async () => {
  const { page, trouble } = await member()
  await untilDatesAreRead(page)
  await add(page, 'Milk p3', 'Rent tomorrow p1', 'Visa 1 December 2099', 'Bread today p2')
  await expectTitles(page, ['Bread', 'Visa', 'Rent', 'Milk'])
  const order = page.getByRole('combobox', { name: 'Order' })
  const orders: [string, string[]][] = [
    ['By due date', ['Bread', 'Rent', 'Visa', 'Milk']],
    ['By priority', ['Rent', 'Bread', 'Milk', 'Visa']],
    ['By age', ['Milk', 'Rent', 'Visa', 'Bread']],
  ]
  for (const [name, titles] of orders) {
    await order.selectOption(name)
    await expectTitles(page, titles)
    expect(await page.locator('.grip').count()).toBe(0)
  }
  await page.reload()
  await expectTitles(page, ['Milk', 'Rent', 'Visa', 'Bread'])
  await goTo(page, 'Upcoming')
  await expectTitles(page, ['Rent', 'Visa'])
  expect(await order.inputValue()).toBe('age')
  await goTo(page, 'All')
  await order.selectOption('By hand')
  await expectTitles(page, ['Bread', 'Visa', 'Rent', 'Milk'])
  expect(trouble).toEqual([])
})

async function drag(page: Page, title: string, below: string): Promise<void> {
  await item(page, title).locator('.grip').hover()
  await page.mouse.down()
  await item(page, title).locator('.dragged').waitFor()
  // Where it is now: rows go down where a line above them says that the service is away.
  const markBelow = async () => {
    const to = await item(page, below).boundingBox()
    if (to !== null) await page.mouse.move(to.x + 4, to.y + to.height - 4, { steps: 5 })
    return item(page, below).locator('.drop-below').count()
  }
  await expect.poll(markBelow).toBe(1)
  await page.mouse.up()
}

async function expectKept(person: Person, titles: readonly string[]): Promise<void> {
  await person.page.reload()
  await expectTitles(person.page, titles)
  const device = await onAnotherDevice(person)
  await device.page.goto('/')
  await expectTitles(device.page, titles)
}
