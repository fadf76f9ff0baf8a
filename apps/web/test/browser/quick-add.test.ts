import { expect, test } from 'vitest'
import { holdBack } from '../support/gate.ts'
import { member, signedUp } from './support/person.ts'
import { add, expectTitles, isLeftFreely, item, quickAdd, untilDatesAreRead } from './support/tasks.ts'

test('what quick add understood stands in chips, and a chip becomes text again', async () => {
  const { page } = await member()
  await quickAdd(page).click()
  await quickAdd(page).fill('Pay rent tomorrow 9am every month #home p1')
  const chip = (name: RegExp) => page.getByRole('button', { name })
  await chip(/^Due tomorrow/).waitFor()
  await chip(/^Repeats every month/).waitFor()
  await chip(/^Priority high/).waitFor()
  await chip(/^Tag home/).waitFor()
  expect(await chip(/^Tag home/).getAttribute('aria-description')).toBe('Remove')

  await chip(/^Tag home/).click()
  await chip(/^Tag home/).waitFor({ state: 'detached' })
  await quickAdd(page).press('End')
  await quickAdd(page).press('Backspace')
  await chip(/^Priority high/).waitFor({ state: 'detached' })
  await quickAdd(page).press('Enter')
  await expectTitles(page, ['Pay rent #home p1'])
  await item(page, 'Pay rent #home p1').getByText('tomorrow').waitFor()

  await add(page, 'Read "March on Rome tomorrow" p2')
  await item(page, 'Read "March on Rome tomorrow"').waitFor()
})

test('of what is typed faster than it is read, Enter makes a task, and Backspace takes a letter', async () => {
  const { page } = await member()
  await page.evaluate(`{
    const { requestIdleCallback } = globalThis
    globalThis.held = []
    globalThis.isBusy = false
    globalThis.requestIdleCallback = (run, options) => isBusy ? held.push(run) : requestIdleCallback(run, options)
  }`)
  await untilDatesAreRead(page)
  await page.evaluate('isBusy = true')
  await quickAdd(page).pressSequentially('Pay rent tomorrow p1')
  const chips = page.getByRole('group', { name: 'What was understood' })
  expect(await chips.count()).toBe(0)
  await quickAdd(page).press('Backspace')
  expect(await quickAdd(page).inputValue()).toBe('Pay rent tomorrow p')
  await quickAdd(page).press('1')
  await quickAdd(page).press('Enter')
  await item(page, 'Pay rent').getByText('tomorrow').waitFor()
  await item(page, 'Pay rent').locator('.task.high').waitFor()

  await quickAdd(page).pressSequentially('Call mum p2')
  await page.evaluate('isBusy = false; for (const run of held.splice(0)) run()')
  await page.getByRole('button', { name: 'Priority medium' }).waitFor()
  expect(await quickAdd(page).inputValue()).toBe('Call mum p2')
  await quickAdd(page).press('Backspace')
  await chips.waitFor({ state: 'detached' })
  expect(await quickAdd(page).inputValue()).toBe('Call mum p2')
  await quickAdd(page).press('Enter')
  await expectTitles(page, ['Call mum p2', 'Pay rent'])
})

test('what is entered before anything reads dates is a task at its date, and no page is left without a question until then', async () => {
  const { page, context } = await signedUp()
  // A busy machine takes longer than anybody would wait.
  await context.addInitScript(`{
    const { setTimeout } = globalThis
    globalThis.setTimeout = (run, wait, ...more) => wait === 10_000 ? 0 : setTimeout(run, wait, ...more)
  }`)
  await page.goto('/')
  await page.getByRole('heading', { name: 'Nothing to do' }).waitFor()
  const scripts = await holdBack(context, '**/assets/*.js')
  await add(page, 'Dentist 9am', 'Call mum')
  expect(await quickAdd(page).inputValue()).toBe('')
  expect(await isLeftFreely(page)).toBe(false)
  scripts.open()
  await expectTitles(page, ['Call mum', 'Dentist'])
  await item(page, 'Dentist').getByText(/9:00/).waitFor()
})
