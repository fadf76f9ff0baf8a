import { expect, test } from 'vitest'
import { serviceUrl, signUp, stranger } from './support/person.ts'
import { add, expectTitles } from './support/tasks.ts'

test('in a home network, over plain HTTP, tasks are added and are still there after a reload', async () => {
  const url = serviceUrl().replace('127.0.0.1', 'tasks.home.arpa')
  const person = await stranger({}, url)
  const { page, trouble } = person
  await page.goto('/')
  await signUp(person)
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  await add(page, 'Buy milk', 'Call mum')
  await expectTitles(page, ['Call mum', 'Buy milk'])
  await page.reload()
  await expectTitles(page, ['Call mum', 'Buy milk'])
  // The browser says of one header that it counts over HTTPS alone.
  expect(trouble.filter((line) => !line.includes('Cross-Origin-Opener-Policy'))).toEqual([])
})
