import type { Page, Request } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Person, signedUp, worked } from './support/person.ts'
import { add, expectTitles, withApi } from './support/tasks.ts'

/** The pages that hold an event stream open. */
function streamsOf({ context }: Person): () => Page[] {
  const open = new Set<Request>()
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/tasks/events') open.add(request)
  })
  const end = (request: Request) => open.delete(request)
  context.on('requestfinished', end).on('requestfailed', end)
  return () => [...open].map((request) => request.frame().page()).filter((page) => !page.isClosed())
}

/** The page with the one stream, once there is one: after a failure it is closed, and is opened again. */
async function leaderOf(streams: () => Page[]): Promise<Page> {
  let open: Page[] = []
  const look = () => {
    open = streams()
    return open.length
  }
  await expect.poll(look).toBe(1)
  const [leader] = open
  if (leader === undefined) throw new Error('No tab leads')
  return leader
}

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
