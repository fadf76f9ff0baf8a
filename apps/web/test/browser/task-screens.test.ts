import { expect, test } from 'vitest'
import { expectAccessible } from './support/axe.ts'
import { chooseAccount, elsewhere, member, stranger } from './support/person.ts'
import { add, chooseMore, expectTitles, goTo, item, quickAdd, untilDatesAreRead } from './support/tasks.ts'

test('every view of tasks, the open task, its menu and the small dialogs are accessible', async () => {
  const { page } = await member()
  await expectAccessible(page, 'empty')
  await untilDatesAreRead(page)
  await add(page, 'Late 2020-01-01 p1 #home', 'Now today every day p2', 'Later in 3 days p3', 'Gone')
  await chooseMore(page, 'Gone', 'Delete')
  await quickAdd(page).fill('Pay rent tomorrow every month #home p1')
  await page.getByRole('button', { name: /^Due tomorrow/ }).waitFor()
  await expectAccessible(page, 'all, with chips')
  await quickAdd(page).fill('')
  for (const view of ['Today', 'Upcoming', 'home', 'Completed', 'Trash']) {
    await goTo(page, view)
    await expectAccessible(page, view)
  }
  await goTo(page, 'All')
  await item(page, 'Now').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menu').waitFor()
  await expectAccessible(page, 'menu')
  await page.keyboard.press('Escape')
  for (const name of ['Due', 'Priority', 'Tags']) {
    await chooseMore(page, 'Now', name)
    await page.getByRole('dialog', { name }).waitFor()
    await expectAccessible(page, name)
    await page.keyboard.press('Escape')
  }
  await item(page, 'Now').getByRole('button', { name: 'Now', exact: true }).click()
  await page.getByRole('dialog', { name: 'Now' }).waitFor()
  await expectAccessible(page, 'open task')
  await page.keyboard.press('Escape')
  await chooseAccount(page, 'Keyboard shortcuts')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await expectAccessible(page, 'shortcuts')
})

test('titles of any kind stay text, at 320 pixels and in any direction', async () => {
  const { page, trouble } = await member({ viewport: { width: 320, height: 640 } })
  const titles = ['<script>alert(1)</script>', 'לקנות חלב', 'W'.repeat(200)]
  await add(page, ...titles)
  await expectTitles(page, titles.toReversed())
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  const direction = (title: string) =>
    item(page, title)
      .getByRole('button', { name: title, exact: true })
      .locator('span')
      .evaluate((element) => getComputedStyle(element).direction)
  expect(await direction('לקנות חלב')).toBe('rtl')
  await item(page, 'לקנות חלב').getByRole('button', { name: 'More' }).click()
  const box = await page.getByRole('menu').boundingBox()
  expect(box?.x).toBeGreaterThanOrEqual(0)
  await page.keyboard.press('Escape')
  await item(page, 'לקנות חלב').getByRole('button', { name: 'לקנות חלב' }).click()
  await page.getByRole('dialog').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
  expect(trouble).toEqual([])
})

const readers = [
  ['de-DE', 'Europe/Berlin', 'Termin 24.12.2099', '24. Dez. 2099'],
  ['fr-FR', 'Europe/Paris', 'Rendez-vous 24/12/2099', '24 déc. 2099'],
  ['en-US', 'America/Bogota', 'Meeting 12/24/2099', 'Dec 24, 2099'],
] as const

test('dates are read and written as in the language of the browser: German, French, American', async () => {
  const { storageState } = await elsewhere()
  for (const [locale, timezoneId, line, date] of readers) {
    const { page } = await stranger({ locale, timezoneId, storageState })
    await page.goto('/')
    await add(page, line)
    const [title = ''] = line.split(' ')
    await item(page, title).getByText(date, { exact: true }).waitFor()
  }
})
