import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { fitting } from '../../model/lines.ts'
import type { ParseDates } from '../../model/quick-add/chrono-dates.ts'
import { afterEdit } from '../../model/quick-add/literals.ts'
import { type Context, parseQuickAdd, type QuickAdd } from '../../model/quick-add/parse.ts'
import type { Range, Span } from '../../model/quick-add/span.ts'
import { ruleText } from '../../model/recurrence.ts'
import type { NewTask } from '../../model/task.ts'

/** What a view gives a task that is added in it: what is due today in Today, its tag in a tag's. */
export type Given = Pick<NewTask, 'due' | 'tags'>

export interface QuickAddPorts {
  context: () => Context
  given: () => Given
  loadDates: () => Promise<ParseDates>
  /** Calls back once what is typed has been painted, and nothing else is to be done first. */
  afterPaint: (run: () => void) => void
}

/** The line as far as it is read, and what of it stays text. */
interface Reading {
  text: string
  dismissed: readonly Range[]
}

const NOTHING: Reading = { text: '', dismissed: [] }

/** The line in which tasks are typed. */
export class QuickAddLine {
  readonly text = signal('')
  readonly read: ReadonlySignal<QuickAdd>
  readonly given: ReadonlySignal<Given>
  readonly #ports: QuickAddPorts
  /** Follows the line: reading takes longer than painting a letter, which does not wait for it. */
  readonly #reading = signal(NOTHING)
  readonly #parseDates = signal<ParseDates | undefined>(undefined)
  readonly #refused = signal<readonly (keyof Given)[]>([])
  #isLoading = false

  constructor(ports: QuickAddPorts) {
    this.#ports = ports
    this.read = computed(() =>
      parseQuickAdd(this.#reading.value.text, {
        ...ports.context(),
        dismissed: this.#reading.value.dismissed,
        parseDates: this.#parseDates.value,
      }),
    )
    this.given = computed(() => {
      const { spans, title } = this.read.value
      if (title === '') return {}
      const { due, tags = [] } = ports.given()
      const refused = this.#refused.value
      const hasDue = spans.some(({ kind }) => kind === 'due') || refused.includes('due')
      const missing = refused.includes('tags') ? [] : (tags ?? []).filter((tag) => !hasTag(spans, tag))
      return { ...(due != null && !hasDue && { due }), ...(missing.length > 0 && { tags: missing }) }
    })
  }

  /** Loads what reads dates; asked for when someone comes near the line. */
  async prepare(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    this.#parseDates.value = await this.#ports.loadDates().catch(() => undefined)
    this.#isLoading = this.#parseDates.value !== undefined
  }

  type(text: string): void {
    this.text.value = text
    this.#ports.afterPaint(() => this.#catchUp())
  }

  #catchUp(): void {
    const { text, dismissed } = this.#reading.value
    const now = this.text.value
    if (text !== now) this.#reading.value = { text: now, dismissed: afterEdit(dismissed, text, now) }
  }

  /** The words stay, as words. */
  dismiss(span: Span): void {
    const { text, dismissed } = this.#reading.value
    this.#reading.value = { text, dismissed: [...dismissed, ...span.ranges] }
    this.#catchUp()
  }

  refuse(field: keyof Given): void {
    this.#refused.value = [...this.#refused.value, field]
  }

  /** What is seen to be understood right before this position; a letter that is not read yet is a letter. */
  spanEndingAt(position: number): Span | undefined {
    if (this.#reading.value.text !== this.text.value) return undefined
    return this.read.value.spans.findLast(({ ranges }) => ranges.some(({ end }) => end === position))
  }

  /** The task as it stands, or undefined where there is none. */
  get task(): NewTask | undefined {
    this.#catchUp()
    const { title, spans } = this.read.value
    if (title === '') return undefined
    const { due, tags } = this.given.value
    const task: NewTask = { ...fitting(title), ...(due != null && { due }) }
    const allTags = [...(tags ?? [])]
    for (const span of spans) {
      if (span.kind === 'due') task.due = span.due
      if (span.kind === 'priority') task.priority = span.priority
      if (span.kind === 'tag') allTags.push(span.tag)
      if (span.kind !== 'repeats') continue
      task.recurrence = ruleText(span.rule)
      if (span.from === 'completed') task.recurs_from = 'completed'
    }
    return { ...task, ...(allTags.length > 0 && { tags: allTags }) }
  }

  clear(): void {
    this.text.value = ''
    this.#reading.value = NOTHING
    this.#refused.value = []
  }
}

function hasTag(spans: readonly Span[], tag: string): boolean {
  return spans.some((span) => span.kind === 'tag' && span.tag === tag)
}
