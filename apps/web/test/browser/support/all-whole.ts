import { chooseAccount, type Person } from './person.ts'
import { goTo, list, quickAdd, withApi } from './tasks.ts'
import { expectWhole } from './whole.ts'

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

/**
 * Every view, menu and dialog, each found whole. In a low window, rows below its edge are not drawn: only what stands first
 * is asked for.
 */
export async function expectAllWhole(ada: Person): Promise<void> {
  const { page } = ada
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
}
