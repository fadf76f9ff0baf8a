import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { TasklaneClient } from '@tasklane/client'
import type { Replica, ReplicaState } from '@tasklane/client/replica'
import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Undo } from './undo.ts'

/** Deleted tasks: those that this device knows of, and those that the API does. */
export class Trash {
  readonly tasks: ReadonlySignal<readonly Task[]>
  readonly #client: TasklaneClient
  readonly #replica: Replica
  readonly #undo: Undo
  readonly #told = signal<ReadonlyMap<string, Task>>(new Map())
  readonly #gone = signal<ReadonlySet<string>>(new Set())

  constructor(client: TasklaneClient, replica: Replica, state: ReadonlySignal<ReplicaState>, undo: Undo) {
    this.#client = client
    this.#replica = replica
    this.#undo = undo
    this.tasks = computed(() => {
      const { tasks, deleted } = state.value
      const all = new Map([...this.#told.value, ...deleted])
      return [...all.values()].filter(({ id }) => !tasks.has(id) && !this.#gone.value.has(id)).reverse()
    })
  }

  /** What the API holds of the trash; without a network, what is known stays. */
  async look(): Promise<void> {
    const known = [...this.#replica.state.deleted.keys()]
    const told = await this.#read().catch(() => undefined)
    if (told === undefined) return
    const waiting = new Set(this.#replica.state.pending.flatMap(({ ids }) => ids))
    this.#told.value = told
    this.#gone.value = new Set(known.filter((id) => !told.has(id) && !waiting.has(id)))
  }

  async #read(): Promise<Map<string, Task> | undefined> {
    const { data } = await this.#client.api.GET('/trash', { params: { query: { per_page: 100 } } })
    return data && new Map(data.data.map((task) => [task.id, task as Task]))
  }

  async purge({ id, title }: Task): Promise<void> {
    await this.#online(async () => {
      const { response } = await this.#client.api.DELETE('/trash/{id}', { params: { path: { id } } })
      if (!response.ok && response.status !== 404) throw new Error(`answered ${response.status}`)
      this.#forget([id])
      this.#undo.say(texts.tasks.purged(title))
    })
  }

  async empty(): Promise<void> {
    await this.#online(async () => {
      const { response } = await this.#client.api.DELETE('/trash')
      if (!response.ok) throw new Error(`answered ${response.status}`)
      this.#forget(this.tasks.value.map(({ id }) => id))
      this.#undo.say(texts.tasks.emptied)
    })
  }

  async #online(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch {
      this.#undo.say(texts.tasks.needsNetwork)
    }
  }

  #forget(ids: readonly string[]): void {
    this.#gone.value = new Set([...this.#gone.value, ...ids])
  }
}
