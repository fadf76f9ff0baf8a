import { signal } from '@preact/signals'

/** The row where the keys are, and the rows that are chosen for all to be changed at once. */
export class Selection {
  readonly current = signal<string | undefined>(undefined)
  readonly chosen = signal<ReadonlySet<string>>(new Set())
  /** Counts up where the focus is to go to the current row. */
  readonly focusing = signal(0)
  readonly #ids: () => readonly string[]

  constructor(ids: () => readonly string[]) {
    this.#ids = ids
  }

  /** Those that a verb is meant for: the chosen ones, else the current one. */
  get targets(): readonly string[] {
    const ids = this.#ids()
    const { value: chosen } = this.chosen
    if (chosen.size > 0) return ids.filter((id) => chosen.has(id))
    const { value: current } = this.current
    return current !== undefined && ids.includes(current) ? [current] : []
  }

  /** The rows that a verb on one row is meant for: with a chosen one, all that are chosen. */
  with(id: string): readonly string[] {
    return this.chosen.value.has(id) ? this.targets : [id]
  }

  step(by: 1 | -1, isExtending = false): void {
    const ids = this.#ids()
    const at = ids.indexOf(this.current.value ?? '')
    const next = ids[at === -1 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))]
    if (next === undefined) return
    if (isExtending) this.#choose([this.current.value, next])
    this.focus(next)
  }

  toggle(id = this.current.value): void {
    if (id === undefined) return
    const chosen = new Set(this.chosen.value)
    if (!chosen.delete(id)) chosen.add(id)
    this.chosen.value = chosen
  }

  chooseAll(): void {
    this.chosen.value = new Set(this.#ids())
  }

  clear(): void {
    if (this.chosen.value.size > 0) this.chosen.value = new Set()
  }

  focus(id: string): void {
    this.current.value = id
    this.focusing.value += 1
  }

  /** Where the focus goes when these rows leave: the next one that stays, else the one before. */
  after(leaving: readonly string[]): string | undefined {
    const ids = this.#ids()
    const gone = new Set(leaving)
    const last = Math.max(...leaving.map((id) => ids.indexOf(id)))
    const next = ids.slice(last + 1).find((id) => !gone.has(id))
    return next ?? ids.slice(0, Math.max(0, last)).findLast((id) => !gone.has(id))
  }

  holds(id: string): boolean {
    return this.#ids().includes(id)
  }

  /** No row is left: the focus goes to where tasks are added. */
  leave(): void {
    this.current.value = undefined
    this.focusing.value += 1
  }

  #choose(ids: readonly (string | undefined)[]): void {
    this.chosen.value = new Set([...this.chosen.value, ...ids.filter((id) => id !== undefined)])
  }
}
