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
  /** Ends when a line that was entered has waited for them long enough. */
  patience: () => Promise<void>
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
  readonly #held = signal(0)
  /** How many lines were entered and wait for what reads their dates. */
  readonly held: ReadonlySignal<number> = this.#held
  #loading: Promise<void> | undefined

  constructor(ports: QuickAddPorts) {
    this.#ports = ports
    this.read = computed(() => this.#read(this.#reading.value, ports.context()))
    this.given = computed(() => missing(this.read.value, ports.given(), this.#refused.value))
  }

  #read({ text, dismissed }: Reading, context: Context): QuickAdd {
    return parseQuickAdd(text, { ...context, dismissed, parseDates: this.#parseDates.value })
  }

  /** Loads what reads dates; asked for when someone comes near the line. */
  async prepare(): Promise<void> {
    this.#loading ??= this.#load()
    await this.#loading
  }

  async #load(): Promise<void> {
    this.#parseDates.value = await this.#ports.loadDates().catch(() => undefined)
    // Where that failed, it is tried again.
    if (this.#parseDates.value === undefined) this.#loading = undefined
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

  /**
   * Empties the line, and hands its task over: at once, or where nothing reads dates yet, once something does, so that no
   * date stays words. Several lines come in their order, each as it stood.
   */
  enter(make: (task: NewTask) => Promise<void>): void {
    this.#catchUp()
    const { text, dismissed } = this.#reading.value
    if (text.trim() === '') return
    const [context, given, refused] = [this.#ports.context(), this.#ports.given(), this.#refused.value]
    this.clear()
    const hand = () => {
      const read = this.#read({ text, dismissed }, context)
      return make(taskOf(read, missing(read, given, refused)))
    }
    void (this.#parseDates.value === undefined ? this.#hold(hand) : hand())
  }

  async #hold(hand: () => Promise<void>): Promise<void> {
    this.#held.value += 1
    await Promise.race([this.prepare(), this.#ports.patience()])
    // Until the task is among the unsent ones: who signs out between would be asked about nothing.
    await hand().finally(() => {
      this.#held.value -= 1
    })
  }

  clear(): void {
    this.text.value = ''
    this.#reading.value = NOTHING
    this.#refused.value = []
  }
}

/** What the view gives of what the line does not say, nor was refused. */
function missing({ spans, title }: QuickAdd, { due, tags }: Given, refused: readonly (keyof Given)[]): Given {
  if (title === '') return {}
  const hasDue = spans.some(({ kind }) => kind === 'due') || refused.includes('due')
  const others = refused.includes('tags') ? [] : (tags ?? []).filter((tag) => !hasTag(spans, tag))
  return { ...(due != null && !hasDue && { due }), ...(others.length > 0 && { tags: others }) }
}

function taskOf({ title, spans }: QuickAdd, { due, tags }: Given): NewTask {
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

function hasTag(spans: readonly Span[], tag: string): boolean {
  return spans.some((span) => span.kind === 'tag' && span.tag === tag)
}
