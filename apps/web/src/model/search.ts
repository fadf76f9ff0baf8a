import type { Task } from './task.ts'

/** What a query has found, with the texts that it was found in, so that a longer query needs no look at anything else. */
interface Found {
  query: string
  tasks: readonly Task[]
  texts: readonly string[]
}

const NOTHING: Found = { query: '', tasks: [], texts: [] }

/** Some milliseconds' worth on a slow device. */
const SLICE = 1000

/**
 * Searches the same tasks letter by letter. Whatever a longer query finds was found by a shorter one that it goes on from,
 * so only that is looked through; and a letter that is taken back finds what was found before it.
 */
export class Search {
  #tasks: readonly Task[] = []
  /** Each goes on from the one before it; the first is of no word, and has all tasks. */
  #found = [NOTHING]

  /** Reads the tasks ahead of the first letter, with pauses for whatever else there is to do. */
  async prepare(tasks: () => readonly Task[], pause: () => Promise<void>): Promise<void> {
    const now = tasks()
    const reading = new Reading()
    for (let at = 0; at < now.length; at += SLICE) {
      reading.read(now.slice(at, at + SLICE))
      await pause()
    }
    // What has changed meanwhile is read by the first letter; most of it is known from here.
    if (now === tasks()) this.#startWith(now, reading)
  }

  /** The tasks with every word of the query, anywhere: open ones before completed ones. */
  find(tasks: readonly Task[], query: string): readonly Task[] {
    this.#startWith(tasks)
    const text = fold(query)
    const words = text.split(/\s+/u).filter((word) => word !== '')
    if (words.length === 0) return []
    while (!text.startsWith(this.#last.query)) this.#found.pop()
    if (this.#last.query !== text) this.#found.push({ query: text, ...among(this.#last, words) })
    return this.#last.tasks
  }

  #startWith(tasks: readonly Task[], reading?: Reading): void {
    if (tasks === this.#tasks) return
    this.#tasks = tasks
    this.#found = [(reading ?? new Reading(tasks)).found]
  }

  get #last(): Found {
    return this.#found.at(-1) ?? NOTHING
  }
}

/** The texts of tasks, open ones before completed ones. */
class Reading {
  readonly #open = { tasks: [] as Task[], texts: [] as string[] }
  readonly #completed = { tasks: [] as Task[], texts: [] as string[] }

  constructor(tasks: readonly Task[] = []) {
    this.read(tasks)
  }

  read(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const side = task.completed ? this.#completed : this.#open
      side.tasks.push(task)
      side.texts.push(foldedText(task))
    }
  }

  get found(): Found {
    const [open, completed] = [this.#open, this.#completed]
    return {
      query: '',
      tasks: open.tasks.concat(completed.tasks),
      texts: open.texts.concat(completed.texts),
    }
  }
}

function among({ tasks, texts }: Found, words: readonly string[]): Omit<Found, 'query'> {
  const found = { tasks: [] as Task[], texts: [] as string[] }
  const [first = '', ...others] = words
  // A loop and no callback for each: it runs 100,000 times for a letter.
  for (let index = 0; index < texts.length; index += 1) {
    const task = tasks[index]
    const text = texts[index]
    if (task === undefined || text === undefined || !text.includes(first)) continue
    if (!others.every((word) => text.includes(word))) continue
    found.tasks.push(task)
    found.texts.push(text)
  }
  return found
}

const folded = new WeakMap<Task, string>()

/** Whatever the case and the Unicode form, as the API searches; kept, since a task is searched again and again. */
function foldedText(task: Task): string {
  let text = folded.get(task)
  if (text === undefined) {
    const tags = (task.tags ?? []).map((tag) => `#${tag}`).join(' ')
    text = fold(`${task.title}\n${task.description ?? ''}\n${tags}`)
    folded.set(task, text)
  }
  return text
}

function fold(text: string): string {
  // Most titles: a tenth of the time.
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  return text.normalize('NFKC').toLowerCase()
}
