import type { NewTask } from './task.ts'

/** What a list is often pasted with: `- `, `* `, `1. `, `[ ] `. */
const MARKER = /^\s*(?:(?:[-*•–]|\d{1,3}[.)])\s+)?(?:\[[ xX]?\]\s+)?/u
const MAXIMUM_TITLE = 200
const MAXIMUM_DESCRIPTION = 2000

/** A task for each line, its words as they stand: a date in them would leave the title unseen. */
export function tasksOfLines(text: string): NewTask[] {
  return text
    .split(/\r\n?|\n/u)
    .map((line) => line.replace(MARKER, '').trim())
    .filter((line) => line !== '')
    .map(fitting)
}

/** A title that is too long for the API is cut at a word, and stands in full in the description. */
export function fitting(title: string): NewTask {
  const points = [...title]
  if (points.length <= MAXIMUM_TITLE) return { title }
  const cut = points.slice(0, MAXIMUM_TITLE - 1).join('')
  const atWord = cut.slice(0, cut.lastIndexOf(' '))
  const description = points.slice(0, MAXIMUM_DESCRIPTION).join('')
  return { title: `${atWord.length > cut.length / 2 ? atWord : cut}…`, description }
}
