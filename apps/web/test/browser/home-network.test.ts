import { expect, test } from 'vitest'
import {
  chooseAccount,
  onAnotherDevice,
  type Person,
  serviceUrl,
  signUp,
  stranger,
} from './support/person.ts'
import { leaderOf, streamsOf } from './support/streams.ts'
import { add, expectTitles, status, titlesOnServer, untilSent } from './support/tasks.ts'

/** Somebody who is signed in over plain HTTP, where a page has fewer means than elsewhere. */
async function atHome(): Promise<Person> {
  const person = await stranger({}, serviceUrl().replace('127.0.0.1', 'tasks.home.arpa'))
  const { page } = person
  await page.goto('/')
  await signUp(person)
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  return person
}

/** The browser says of one header that it counts over HTTPS alone. */
const ownTrouble = ({ trouble }: Person) =>
  trouble.filter((line) => !line.includes('Cross-Origin-Opener-Policy'))

test('in a home network, over plain HTTP, tasks are added and are still there after a reload', async () => {
  const person = await atHome()
  const { page } = person
  await add(page, 'Buy milk', 'Call mum')
  await expectTitles(page, ['Call mum', 'Buy milk'])
  await page.reload()
  await expectTitles(page, ['Call mum', 'Buy milk'])
  expect(ownTrouble(person)).toEqual([])
})

test('in a home network one tab of two leads: each change is sent once, and the other takes over from a closed one', async () => {
  const person = await atHome()
  const { page, context } = person
  const streams = streamsOf(person)
  await context.route('**/tasks/batch', (route) => route.abort())
  await add(page, 'Buy milk', 'Call mum')
  await status(page, /^Offline.*2 changes/).waitFor()
  // It finds both unsent, and that a request was made of the first of them alone.
  const other = await context.newPage()
  await other.goto('/')
  await expectTitles(other, ['Call mum', 'Buy milk'])
  await context.unroute('**/tasks/batch')
  for (const tab of [page, other]) {
    await untilSent(tab)
    await expectTitles(tab, ['Call mum', 'Buy milk'])
    expect(await tab.getByRole('region', { name: 'Not saved' }).count()).toBe(0)
  }
  const leader = await leaderOf(streams)
  const left = leader === page ? other : page
  await leader.close()
  expect(await leaderOf(streams)).toBe(left)
  await add(left, 'Water the plants')
  await untilSent(left)
  // Node resolves no name of a home network.
  const titles = await titlesOnServer(await onAnotherDevice(person))
  expect(titles).toEqual(['Water the plants', 'Call mum', 'Buy milk'])
  await chooseAccount(left, 'Sign out')
  await left.getByRole('form', { name: 'Sign in' }).waitFor()
  await expect.poll(() => left.evaluate('indexedDB.databases()')).toEqual([])
  expect(ownTrouble(person)).toEqual([])
})
