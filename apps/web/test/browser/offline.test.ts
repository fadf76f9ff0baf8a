import { expect, test } from 'vitest'
import { member, onAnotherDevice, worked } from './support/person.ts'
import { add, expectTitles, item, status, untilSent, withApi } from './support/tasks.ts'

test('without a network tasks are added and completed, survive reloads, and are sent once when it is back', async () => {
  const ada = await member(worked)
  const { page, context } = ada
  await add(page, 'Before')
  await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  await expect.poll(() => page.evaluate('navigator.serviceWorker.controller !== null')).toBe(true)
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
