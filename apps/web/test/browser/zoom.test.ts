import { expect, test } from 'vitest'
import { chooseAccount, signedUp } from './support/person.ts'
import { goTo, list, quickAdd, withApi } from './support/tasks.ts'
import { expectWhole } from './support/whole.ts'

/** 1280 by 800 pixels at 200 %, as the browser itself tells the page of it. */
const zoomed = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }

const tags = ['home', 'a-tag-of-some-length', 'another-tag-of-some-length']
const tasks = [
  { title: 'Late', due: '2020-01-01', priority: 1, tags },
  { title: `Say ${'very '.repeat(30)}much`, priority: 9 },
  {
    title: 'Now',
    due: '2099-12-24T09:30',
    time_zone: 'Europe/Paris',
    recurrence: 'FREQ=WEEKLY;INTERVAL=2',
    tags,
  },
]
const done = { id: '0190a000-0000-7000-8000-000000000001', title: 'Done' }
const gone = { id: '0190a000-0000-7000-8000-000000000002', title: 'Gone' }

/*
 * In a window so low, rows below its edge are not drawn: only what stands first is asked for.
 */
test('at 200 % every view, menu and dialog is whole, and all of it can be reached', async () => {
  const ada = await signedUp(zoomed)
  const { page, trouble } = ada
  await (await withApi(ada)).batch([
    ...[done, gone, ...tasks].map((task) => ({ op: 'create', ...task })),
    { op: 'update', id: done.id, completed: true },
    { op: 'delete', id: gone.id },
  ])
  await page.goto('/')
  for (const view of ['Today', 'Upcoming', 'home', 'Completed', 'Trash', 'All']) {
    await goTo(page, view)
    await list(page).getByRole('listitem').first().waitFor()
    await expectWhole(page, view)
  }
  await quickAdd(page).fill('Pay rent 2099-12-24 every month #home #a-tag-of-some-length p1')
  await page.getByRole('button', { name: /^Priority/ }).waitFor()
  await expectWhole(page, 'chips')
  await quickAdd(page).fill('')
  await list(page).getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('menu').waitFor()
  await expectWhole(page, 'menu of a task')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menu').waitFor()
  await expectWhole(page, 'account menu')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'detached' })
  await list(page).getByRole('button', { name: 'Now', exact: true }).click()
  await page.getByRole('dialog', { name: 'Now' }).waitFor()
  await expectWhole(page, 'open task')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  for (const name of ['Change password', 'Sessions', 'Keyboard shortcuts', 'Delete account']) {
    await chooseAccount(page, name)
    await page.getByRole('dialog', { name }).waitFor()
    await expectWhole(page, name)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name }).waitFor({ state: 'detached' })
  }
  expect(trouble).toEqual([])
})
