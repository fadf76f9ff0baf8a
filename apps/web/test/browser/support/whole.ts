import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/*
 * Runs in the page, and so is a text: what stands beyond the edges, what is cut off without a sign of it, and what of a
 * dialog or a menu no scrolling brings into sight. The line of views is there to be moved sideways.
 */
const faults = `(() => {
  const told = []
  const tell = (element, what) => told.push(element.tagName + '.' + element.className + ' ' + what)
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  for (const element of document.querySelectorAll('body *')) {
    if (!isSeen(element) || element.closest('svg, datalist, select, .skip, .views ul')) continue
    const { left, right, width, height } = element.getBoundingClientRect()
    if (width < 2 || height < 2) continue
    if (left < -0.5 || right > innerWidth + 0.5) tell(element, 'stands beyond the edge')
    const { overflowX, overflowY, textOverflow } = getComputedStyle(element)
    const hides = (overflow) => ['hidden', 'clip'].includes(overflow)
    const isCut =
      (hides(overflowX) && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1) ||
      (hides(overflowY) && element.scrollHeight > element.clientHeight + 1)
    if (isCut && !element.matches('input')) tell(element, 'is cut off')
  }
  for (const element of document.querySelectorAll('dialog :is(button, input, select, textarea), [role=menuitem]')) {
    if (!isSeen(element)) continue
    element.scrollIntoView({ block: 'nearest' })
    const { top, bottom } = element.getBoundingClientRect()
    if (top < -0.5 || bottom > innerHeight + 0.5) tell(element, 'is never whole in sight')
  }
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) told.push('the page moves sideways: ' + scrollWidth)
  return told
})()`

/** Nothing is cut off, nothing stands beyond the edges, and the page does not move sideways. */
export async function expectWhole(page: Page, what: string): Promise<void> {
  expect(await page.evaluate<string[]>(faults), what).toEqual([])
}
