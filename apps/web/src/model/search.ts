import type { Task } from './task.ts'

const folded = new WeakMap<Task, string>()

/** Whatever the case and the Unicode form, as the API searches; kept, since a task is searched at every letter. */
function foldedText(task: Task): string {
  let text = folded.get(task)
  if (text === undefined) {
    text = fold(
      `${task.title}\n${task.description ?? ''}\n${(task.tags ?? []).map((tag) => `#${tag}`).join(' ')}`,
    )
    folded.set(task, text)
  }
  return text
}

export function fold(text: string): string {
  // Most titles: a tenth of the time.
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.normalize('NFKC').toLowerCase()
}

/** Every word of the query, anywhere; open tasks before completed ones. */
export function search(tasks: readonly Task[], query: string): Task[] {
  const words = fold(query)
    .split(/\s+/u)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  const found = tasks.filter((task) => {
    const text = foldedText(task)
    return words.every((word) => text.includes(word))
  })
  return [...found.filter(({ completed }) => !completed), ...found.filter(({ completed }) => completed)]
}
