import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { member, onAnotherDevice, worked } from './support/person.ts'
import { add, expectTitles, item, status, untilSent, withApi } from './support/tasks.ts'

/** From here on the page is there without a network. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
}

test('without a network tasks are added and completed, survive reloads, and are sent once when it is back', async () => {
  const ada = await member(worked)
  const { page, context } = ada
  await add(page, 'Before')
  await untilKept(page)
  await expectTitles(page, ['Before'])
  await untilSent(page)
  await context.setOffline(true)
  const offline = status(page, /^Offline/)
  await add(page, 'Made offline')
  await expectTitles(page, ['Made offline', 'Before'])
  await item(page, 'Before').getByRole('checkbox').click()
  await status(page, /^Offline. 2 changes/).waitFor()
  for (let reload = 0; reload < 3; reload += 1) {
    await page.reload()
    await expectTitles(page, ['Made offline'])
  }
  await context.setOffline(false)
  await offline.waitFor({ state: 'detached' })
  const api = await withApi(ada)
  const told = async () => (await api.tasks()).map(({ title, completed }) => [title, completed])
  await expect.poll(told).toEqual([
    ['Made offline', false],
    ['Before', true],
  ])
})

test('a task made without a network is there once, after three reloads, in two tabs, its first answer lost', async () => {
  const ada = await member(worked)
  const { page, context } = ada
  await untilKept(page)
  let lost = 0
  await context.route('**/tasks/batch', async (route) => {
    if (lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    await route.abort()
  })
  await context.setOffline(true)
  await add(page, 'Made offline')
  await status(page, /^Offline. 1 change/).waitFor()
  for (let reload = 0; reload < 3; reload += 1) {
    await page.reload()
    await expectTitles(page, ['Made offline'])
  }
  const tab = await context.newPage()
  await tab.goto('/')
  await expectTitles(tab, ['Made offline'])
  await context.setOffline(false)
  await Promise.all([page, tab].map(untilSent))
  expect(lost).toBe(1)
  const api = await withApi(ada)
  expect((await api.tasks()).map(({ title }) => title)).toEqual(['Made offline'])
  for (const each of [page, tab]) {
    await expectTitles(each, ['Made offline'])
    expect(await each.getByText('Not saved').count()).toBe(0)
  }
})

test('two devices of one person see each other’s changes, and a second tab does', async () => {
  const ada = await member()
  const { page, context } = ada
  const other = await onAnotherDevice(ada)
  await other.page.goto('/')
  const tab = await context.newPage()
  await tab.goto('/')
  await add(page, 'Seen everywhere')
  await expectTitles(tab, ['Seen everywhere'])
  await expectTitles(other.page, ['Seen everywhere'])
  await tab.getByRole('checkbox', { name: 'Seen everywhere' }).click()
  await expectTitles(page, [])
  await expectTitles(other.page, [])
})
