import { expect, test } from 'vitest'
import { signedUp, worked } from './support/person.ts'
import { leaderOf, streamsOf } from './support/streams.ts'
import { add, expectTitles, withApi } from './support/tasks.ts'

test('eight tabs open, hold one event stream between them, and another one takes over from a tab that is closed', async () => {
  const ada = await signedUp(worked)
  const streams = streamsOf(ada)
  const tabs = [ada.page]
  while (tabs.length < 8) tabs.push(await ada.context.newPage())
  for (const tab of tabs) {
    await tab.goto('/')
    await tab.getByRole('navigation', { name: 'Views' }).waitFor()
  }
  await leaderOf(streams)
  await add(ada.page, 'Seen everywhere')
  for (const tab of tabs) await expectTitles(tab, ['Seen everywhere'])

  const leader = await leaderOf(streams)
  await leader.close()
  expect(await leaderOf(streams)).not.toBe(leader)
  const api = await withApi(ada)
  await api.batch([{ op: 'create', title: 'From another device' }])
  const left = tabs.filter((tab) => tab !== leader)
  for (const tab of left) await expectTitles(tab, ['From another device', 'Seen everywhere'])
  expect(ada.trouble).toEqual([])
})
