import { expect, test } from 'vitest'
import { expectAllWhole } from './support/all-whole.ts'
import { member } from './support/person.ts'

/** The views as a line above the tasks, and beside them: which of both depends on the size of the text as well. */
const windows = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

/** As the browser's own settings have it, where 16 pixels are the default. */
const fontSizes = { standard: 32, fixed: 26 }

const rootSize = 'getComputedStyle(document.documentElement).fontSize'

test.for(windows)(
  'with text of twice the size, in $width by $height, every view, menu and dialog is whole',
  async (viewport) => {
    const ada = await member({ viewport })
    const { page } = ada
    const usual = Number.parseFloat(await page.evaluate(rootSize))
    await (await ada.context.newCDPSession(page)).send('Page.setFontSizes', { fontSizes })
    await expectAllWhole(ada)
    // Else all of this would have been seen at the usual size.
    expect(Number.parseFloat(await page.evaluate(rootSize))).toBe(2 * usual)
    expect(ada.trouble).toEqual([])
  },
)
