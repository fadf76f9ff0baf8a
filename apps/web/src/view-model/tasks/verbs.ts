import type { Action, Replica, ReplicaOperation } from '@tasklane/client/replica'
import { addDays, weekdayOf } from '../../model/day.ts'
import { daysToNextWeek, type Locale } from '../../model/locale.ts'
import { nextOccurrence } from '../../model/occurrence.ts'
import { parseRule } from '../../model/recurrence.ts'
import type { NewTask, Task, TaskChanges } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Selection } from './selection.ts'
import type { Undo } from './undo.ts'

export interface VerbPorts {
  replica: Replica
  undo: Undo
  selection: Selection
  today: () => string
  locale: Locale
  newIds: (count: number) => string[]
  dayInWords: (day: string) => string
}

export type When = 'today' | 'tomorrow' | 'nextWeek' | 'never'

/** What can be done with tasks: each is one action, with one way back. */
export class Verbs {
  readonly #ports: VerbPorts

  constructor(ports: VerbPorts) {
    this.#ports = ports
  }

  /** In their order from the top: the first is made last, with the greatest id. */
  async add(tasks: readonly NewTask[]): Promise<void> {
    const ids = this.#ports.newIds(tasks.length)
    const operations = tasks
      .toReversed()
      .map((task, index): ReplicaOperation => ({ op: 'create', ...task, ...withId(ids[index]) }))
    if (operations.length === 0) return
    await this.#do(texts.tasks.added(tasks.length, tasks[0]?.title ?? ''), operations)
  }

  async complete(ids: readonly string[], completed = true): Promise<void> {
    const tasks = this.#tasks(ids).filter((task) => task.completed !== completed)
    if (tasks.length === 0) return
    const next = this.#ports.selection.after(ids)
    const text = completed ? texts.tasks.completed : texts.tasks.reopened
    const again = tasks.length === 1 && completed ? this.#again(tasks[0]) : undefined
    const said = text(tasks.length, tasks[0]?.title ?? '')
    await this.#do(
      again === undefined ? said : `${said}. ${texts.tasks.again(again)}`,
      updates(tasks, { completed }),
    )
    this.#leave(ids, next)
  }

  #again(task: Task | undefined): string | undefined {
    const rule = task?.recurrence === undefined ? undefined : parseRule(task.recurrence)
    if (rule === undefined || task?.due === undefined) return undefined
    const today = this.#ports.today()
    const isFromCompletion = task.recurs_from === 'completed'
    const next = isFromCompletion
      ? nextOccurrence(rule, today, addDays(today, 1))
      : nextOccurrence(rule, task.due, today)
    return next === undefined ? undefined : this.#ports.dayInWords(next)
  }

  async remove(ids: readonly string[]): Promise<void> {
    const tasks = this.#tasks(ids)
    if (tasks.length === 0) return
    const next = this.#ports.selection.after(ids)
    const operations = tasks.map(({ id }): ReplicaOperation => ({ op: 'delete', id }))
    await this.#do(texts.tasks.deleted(tasks.length, tasks[0]?.title ?? ''), operations)
    this.#leave(ids, next)
  }

  async restore(task: Task): Promise<void> {
    await this.#do(texts.tasks.restored(task.title), [{ op: 'restore', id: task.id }])
  }

  async change(ids: readonly string[], changes: TaskChanges): Promise<void> {
    const tasks = this.#tasks(ids)
    if (tasks.length === 0) return
    await this.#do(
      texts.tasks.changed(tasks.length, changes.title ?? tasks[0]?.title ?? ''),
      updates(tasks, changes),
    )
  }

  async schedule(ids: readonly string[], when: When): Promise<void> {
    await this.#dueOn(ids, this.dayOf(when))
  }

  async dueOn(ids: readonly string[], day: string): Promise<void> {
    await this.#dueOn(ids, day === '' ? null : day)
  }

  /** The time of day stays; the repetition stays as long as there is a day. */
  async #dueOn(ids: readonly string[], day: string | null): Promise<void> {
    const tasks = this.#tasks(ids)
    if (tasks.length === 0) return
    const operations = tasks.map(({ id, due = '' }): ReplicaOperation => {
      const changes = {
        due: day === null ? null : `${day.slice(0, 10)}${day.length > 10 ? day.slice(10) : due.slice(10)}`,
      }
      return { op: 'update', id, changes }
    })
    const next = this.#ports.selection.after(ids)
    const words = day === null ? texts.tasks.noDate : this.#ports.dayInWords(day)
    await this.#do(texts.tasks.scheduled(tasks.length, tasks[0]?.title ?? '', words), operations)
    this.#leave(ids, next)
  }

  dayOf(when: When): string | null {
    const today = this.#ports.today()
    if (when === 'never') return null
    if (when === 'today') return today
    return addDays(today, when === 'tomorrow' ? 1 : daysToNextWeek(weekdayOf(today), this.#ports.locale))
  }

  async addTags(ids: readonly string[], tags: readonly string[]): Promise<void> {
    const operations = this.#tasks(ids).map(({ id, tags: own = [] }): ReplicaOperation => {
      return { op: 'update', id, changes: { tags: [...new Set([...own, ...tags])].slice(0, 20) } }
    })
    if (operations.length > 0)
      await this.#do(texts.tasks.tagged(operations.length, tags.join(', ')), operations)
  }

  /** By one place among the tasks that are shown; several come together on the way. */
  async move(ids: readonly string[], by: 1 | -1, shown: readonly string[]): Promise<void> {
    const places = ids.map((id) => shown.indexOf(id))
    const neighbour = shown[by === 1 ? Math.max(...places) + 1 : Math.min(...places) - 1]
    if (neighbour === undefined || places.includes(-1)) return
    await this.place(ids, by === 1 ? { after: neighbour } : { before: neighbour })
  }

  /** In the order in which they are given, right before a task or behind it. */
  async place(ids: readonly string[], place: { before: string } | { after: string }): Promise<void> {
    const { selection } = this.#ports
    const tasks = this.#tasks(ids).filter(({ id }) => !Object.values(place).includes(id))
    if (tasks.length === 0) return
    const inTurn = 'after' in place ? tasks.toReversed() : tasks
    const operations = inTurn.map(({ id }): ReplicaOperation => ({ op: 'move', id, ...place }))
    await this.#do(texts.tasks.moved(tasks.length, tasks[0]?.title ?? ''), operations)
    const { value: current } = selection.current
    if (current !== undefined && ids.includes(current)) selection.focus(current)
  }

  async undo(): Promise<void> {
    const action = await this.#ports.undo.back(texts.tasks.undone, texts.tasks.nothingToUndo)
    const id = action?.ids[0]
    if (id !== undefined && this.#ports.replica.state.tasks.has(id)) this.#ports.selection.focus(id)
  }

  async #do(text: string, operations: readonly ReplicaOperation[]): Promise<Action> {
    const action = await this.#ports.replica.batch(operations)
    this.#ports.undo.done(text, action)
    return action
  }

  #leave(ids: readonly string[], next: string | undefined): void {
    const { selection } = this.#ports
    const wasCurrent = selection.current.value !== undefined && ids.includes(selection.current.value)
    selection.clear()
    const [first] = ids
    if (!wasCurrent || first === undefined) return
    if (selection.holds(first)) selection.focus(selection.current.value ?? first)
    else if (next !== undefined) selection.focus(next)
    else selection.leave()
  }

  #tasks(ids: readonly string[]): Task[] {
    return ids.flatMap((id) => this.#ports.replica.state.tasks.get(id) ?? [])
  }
}

function updates(tasks: readonly Task[], changes: TaskChanges): ReplicaOperation[] {
  return tasks.map(({ id }) => ({ op: 'update', id, changes }))
}

function withId(id: string | undefined): { id?: string } {
  return id === undefined ? {} : { id }
}
