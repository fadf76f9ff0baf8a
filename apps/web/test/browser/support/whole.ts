import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/*
 * Runs in the page, and so is a text: what stands beyond the edges, what is cut off without a sign of it, what of a dialog
 * or a menu no scrolling brings into sight, and texts and fields that stand over each other. The line of views is there to be moved
 * sideways.
 */
const faults = `(() => {
  // Of a line of text, or of a field, as far as it is seen within all that cuts it off.
  const seenOf = (node, text, { left, right, top, bottom }) => {
    const seen = { node, text, left, right, top, bottom }
    for (let box = node.parentElement; box !== null; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible') continue
      const edge = box.getBoundingClientRect()
      seen.left = Math.max(seen.left, edge.left)
      seen.right = Math.min(seen.right, edge.right)
      seen.top = Math.max(seen.top, edge.top)
      seen.bottom = Math.min(seen.bottom, edge.bottom)
    }
    return seen
  }
  const textsIn = (layer) => {
    const texts = []
    for (const field of layer.querySelectorAll('input, select, textarea')) {
      if (isSeen(field)) texts.push(seenOf(field, field.outerHTML, field.getBoundingClientRect()))
    }
    const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (node.data.trim() === '' || !isSeen(node.parentElement)) continue
      if (node.parentElement.closest('.skip, select, datalist, title')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      for (const line of range.getClientRects()) texts.push(seenOf(node, node.data.trim(), line))
    }
    return texts.filter(({ left, right, top, bottom }) => right - left > 2 && bottom - top > 2)
  }
  // Lines that follow each other may touch: a box of text is higher than its letters.
  const isOver = (one, other) => {
    const width = Math.min(one.right, other.right) - Math.max(one.left, other.left)
    const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top)
    return width > 2 && height > Math.min(one.bottom - one.top, other.bottom - other.top) / 3
  }
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
  const layer = [...document.querySelectorAll('dialog[open], [role=menu]')].filter(isSeen).at(-1) ?? document.body
  const texts = textsIn(layer)
  for (const [index, one] of texts.entries()) {
    const other = texts.slice(index + 1).find((other) => other.node !== one.node && isOver(one, other))
    if (other) told.push('"' + one.text + '" and "' + other.text + '" stand over each other')
  }
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) told.push('the page moves sideways: ' + scrollWidth)
  return told
})()`

/** Nothing is cut off, stands beyond the edges or over something else, and the page does not move sideways. */
export async function expectWhole(page: Page, what: string): Promise<void> {
  expect(await page.evaluate<string[]>(faults), what).toEqual([])
}
