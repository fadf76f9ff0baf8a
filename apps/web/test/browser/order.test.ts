import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, type Person, signIn, stranger } from './support/person.ts'
import { add, chooseMore, expectTitles, item } from './support/tasks.ts'

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

async function drag(page: Page, title: string, below: string): Promise<void> {
  await item(page, title).hover()
  const from = await item(page, title).locator('.grip').boundingBox()
  const to = await item(page, below).boundingBox()
  if (from === null || to === null) throw new Error('Nothing to drag')
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.locator('.task.dragged').waitFor()
  await page.mouse.move(from.x + from.width / 2, to.y + to.height - 4, { steps: 5 })
  await page.mouse.up()
}

async function expectKept({ page, email, password }: Person, titles: readonly string[]): Promise<void> {
  await page.reload()
  await expectTitles(page, titles)
  const device = { ...(await stranger()), email, password }
  await device.page.goto('/')
  await signIn(device)
  await expectTitles(device.page, titles)
}
