import { expect, test } from 'vitest'
import { elsewhere, stranger } from './support/person.ts'
import { add, expectTitles, goTo, item, untilDatesAreRead, untilSent, withApi } from './support/tasks.ts'

/**
 * A minute before midnight there: far ahead of UTC, by three quarters of an hour, and where the clock goes from there to
 * 01:00. More zones and hours are tried in Node.
 */
const evenings = [
  ['Pacific/Apia', '2027-05-10T10:59:00Z', '2027-05-10', '2027-05-11'],
  ['Asia/Kathmandu', '2027-05-10T18:14:00Z', '2027-05-10', '2027-05-11'],
  ['America/Santiago', '2027-09-05T03:59:00Z', '2027-09-04', '2027-09-05'],
] as const

test('around midnight, in any zone, today is the reader’s day, and a day stays the same ten characters', async () => {
  const { request, storageState } = await elsewhere()
  const api = await withApi({ context: { request } })
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
    await item(page, now).getByRole('checkbox').click()
    // What moves up meanwhile may leave a click between its two halves.
    await expectTitles(page, [then])
    await item(page, then).getByRole('checkbox').click()
    await expectTitles(page, [])
    await untilSent(page)
    expect(await dues()).toEqual([today, tomorrow])
    await page.context().close()
  }
})
