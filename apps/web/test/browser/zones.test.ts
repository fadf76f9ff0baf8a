import { expect, test } from 'vitest'
import { signedUp, stranger } from './support/person.ts'
import { add, expectTitles, goTo, item, untilDatesAreRead, withApi } from './support/tasks.ts'

/** A minute before midnight there. In Santiago the clock goes from there to 01:00; in Berlin it loses an hour at night. */
const evenings = [
  ['UTC', '2027-02-28T23:59:00Z', '2027-02-28', '2027-03-01'],
  ['Pacific/Apia', '2027-05-10T10:59:00Z', '2027-05-10', '2027-05-11'],
  ['America/Bogota', '2027-01-01T04:59:00Z', '2026-12-31', '2027-01-01'],
  ['Asia/Kathmandu', '2027-05-10T18:14:00Z', '2027-05-10', '2027-05-11'],
  ['America/Santiago', '2027-09-05T03:59:00Z', '2027-09-04', '2027-09-05'],
  ['Europe/Berlin', '2027-03-27T22:59:00Z', '2027-03-27', '2027-03-28'],
] as const

test('around midnight, in any zone, today is the reader’s day, and a day stays the same ten characters', async () => {
  const ada = await signedUp()
  const storageState = await ada.context.storageState()
  const api = await withApi(ada)
  for (const [timezoneId, evening, today, tomorrow] of evenings) {
    const { page } = await stranger({ timezoneId, storageState })
    await page.clock.setFixedTime(evening)
    await page.goto('/')
    await untilDatesAreRead(page)
    const [now, then] = [`Now in ${timezoneId}`, `Then in ${timezoneId}`]
    const dues = async () => {
      const all = new Map(await api.dues())
      return [all.get(now), all.get(then)]
    }
    await add(page, `${now} today`, `${then} tomorrow`)
    await expect.poll(dues).toEqual([today, tomorrow])
    await goTo(page, 'Today')
    await item(page, now).getByText('today').waitFor()
    expect(await item(page, then).count()).toBe(0)

    await page.clock.setFixedTime(Date.parse(evening) + 120_000)
    await page.reload()
    await page.getByRole('heading', { name: 'Overdue' }).waitFor()
    await item(page, then).getByText('today').waitFor()
    await item(page, now).getByText('yesterday').waitFor()
    for (const title of [now, then]) await item(page, title).getByRole('checkbox').click()
    await expectTitles(page, [])
    await expect.poll(dues).toEqual([today, tomorrow])
    await page.context().close()
  }
})
