import { computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { TasklaneClient } from '@tasklane/client'
import type { Replica, ReplicaState } from '@tasklane/client/replica'
import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Undo } from './undo.ts'

/** What the API has told of its trash so far, newest deletion first. */
interface Told {
  tasks: readonly Task[]
  total: number
  /** Where the rest begins. */
  cursor: string | null
}

const NOTHING: Told = { tasks: [], total: 0, cursor: null }

/** Deleted tasks: those that this device knows of, and those that the API does. */
export class Trash {
  readonly tasks: ReadonlySignal<readonly Task[]>
  /** With those that have not been read yet. */
  readonly count: ReadonlySignal<number>
  readonly hasMore: ReadonlySignal<boolean>
  readonly #client: TasklaneClient
  readonly #replica: Replica
  readonly #state: ReadonlySignal<ReplicaState>
  readonly #undo: Undo
  readonly #told = signal(NOTHING)
  /** Known here, and not in the API's trash any more. */
  readonly #gone = signal<ReadonlySet<string>>(new Set())
  #looks = 0
  #purges = 0
  /** How far someone has asked to see. */
  #wanted = 0

  constructor(client: TasklaneClient, replica: Replica, state: ReadonlySignal<ReplicaState>, undo: Undo) {
    this.#client = client
    this.#replica = replica
    this.#state = state
    this.#undo = undo
    this.tasks = computed(() => {
      const { tasks, deleted } = state.value
      const told = this.#told.value.tasks
      const hidden = new Set([...this.#gone.value, ...told.map(({ id }) => id)])
      const others = [...deleted.values()].filter(({ id }) => !hidden.has(id)).reverse()
      return [...others, ...told.filter(({ id }) => !tasks.has(id))]
    })
    this.hasMore = computed(() => this.#told.value.cursor !== null)
    this.count = computed(() => {
      const { tasks, total } = this.#told.value
      const unread = this.hasMore.value ? total - tasks.length : 0
      return this.tasks.value.length + unread
    })
  }

  /**
   * Until it is stopped. Looks once all that was done here is sent, and again each time that the network is back: of what was deleted before
   * this device knew it, and of what is deleted for good elsewhere, the feed does not tell.
   */
  follow(): () => void {
    let hasLooked = false
    return effect(() => {
      const { complete, network, unsent } = this.#state.value
      if (network !== 'online') hasLooked = false
      if (hasLooked || network !== 'online' || !complete || unsent > 0) return
      hasLooked = true
      void this.look()
    })
  }

  /** What the API holds of the trash, as far as was asked for; without a network, what is known stays. */
  async look(): Promise<void> {
    this.#looks += 1
    const look = this.#looks
    const known = [...this.#replica.state.deleted.keys()]
    const waitingBefore = this.#waiting()
    const told = await this.#unpurged(() => this.#readAll()).catch(() => undefined)
    if (told === undefined || look !== this.#looks) return
    const waiting = new Set([...waitingBefore, ...this.#waiting()])
    this.#told.value = told
    this.#gone.value = new Set(known.filter((id) => !waiting.has(id)))
  }

  /** The next page of what the API holds. */
  async more(): Promise<void> {
    const look = this.#looks
    this.#wanted = this.#told.value.tasks.length + 1
    await this.#online(async () => {
      const told = await this.#unpurged(() => this.#read(this.#told.value))
      // A look that has begun meanwhile reads as far as this.
      if (look === this.#looks) this.#told.value = told
    })
  }

  async purge({ id, title }: Task): Promise<void> {
    await this.#online(async () => {
      await this.#sent()
      const { response } = await this.#client.api.DELETE('/trash/{id}', { params: { path: { id } } })
      if (!response.ok && response.status !== 404) throw new Error(`answered ${response.status}`)
      this.#forget([id])
      this.#undo.say(texts.tasks.purged(title))
    })
  }

  async empty(): Promise<void> {
    await this.#online(async () => {
      await this.#sent()
      const { response } = await this.#client.api.DELETE('/trash')
      if (!response.ok) throw new Error(`answered ${response.status}`)
      this.#forget([...this.#replica.state.deleted.keys(), ...this.tasks.value.map(({ id }) => id)])
      this.#told.value = NOTHING
      this.#wanted = 0
      this.#undo.say(texts.tasks.emptied)
    })
  }

  /** Reads again where something was deleted for good meanwhile, which the first answer may still have. */
  async #unpurged(read: () => Promise<Told>): Promise<Told> {
    for (;;) {
      const purges = this.#purges
      const told = await read()
      if (purges === this.#purges) return told
    }
  }

  async #readAll(): Promise<Told> {
    let told = await this.#read(NOTHING)
    while (told.cursor !== null && told.tasks.length < this.#wanted) told = await this.#read(told)
    return told
  }

  async #read(before: Told): Promise<Told> {
    const query = { per_page: 100, ...(before.cursor !== null && { cursor: before.cursor }) }
    const { data, response } = await this.#client.api.GET('/trash', { params: { query } })
    if (data === undefined) throw new Error(`answered ${response.status}`)
    const tasks: readonly Task[] = data.data
    return { tasks: [...before.tasks, ...tasks], total: data.total, cursor: data.next_cursor }
  }

  #waiting(): string[] {
    return this.#replica.state.pending.flatMap(({ ids }) => ids)
  }

  /** What was deleted here comes into the API's trash before it can be purged there. */
  #sent(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = ({ unsent, network }: ReplicaState) => {
        if (unsent > 0 && network === 'online') return
        stop()
        if (unsent === 0) resolve()
        else reject(new Error('Not sent'))
      }
      const stop = this.#replica.subscribe(look)
      look(this.#replica.state)
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
    const { tasks, total, cursor } = this.#told.value
    this.#purges += 1
    const purged = new Set(ids)
    const left = tasks.filter(({ id }) => !purged.has(id))
    this.#told.value = { tasks: left, total: total - (tasks.length - left.length), cursor }
    this.#gone.value = new Set([...this.#gone.value, ...ids])
  }
}
