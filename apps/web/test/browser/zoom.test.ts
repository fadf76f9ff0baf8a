import { expect, test } from 'vitest'
import { expectAllWhole } from './support/all-whole.ts'
import { signedUp } from './support/person.ts'

/** 1280 by 800 pixels at 200 %, as the browser itself tells the page of it. */
const zoomed = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }

test('at 200 % every view, menu and dialog is whole, and all of it can be reached', async () => {
  const ada = await signedUp(zoomed)
  await expectAllWhole(ada)
  expect(ada.trouble).toEqual([])
})
