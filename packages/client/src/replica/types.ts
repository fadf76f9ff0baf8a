import type { TasklaneClient } from '../client.ts'
import type { Problem } from '../error.ts'
import type { Sleep } from '../retry.ts'
import type { NewTask, Task, TaskChanges } from '../types.ts'
import type { Coordination } from './coordination.ts'
import type { ReplicaStorage } from './storage.ts'

export interface ReplicaOptions {
  client: TasklaneClient
  /** Names the stores: one user's never meet another's. */
  userId: string
  /** `openIndexedDb()` or `memoryStorage()`. */
  storage: ReplicaStorage
  /** `webCoordination(navigator.locks, BroadcastChannel)` where several tabs share a storage; by default, alone. */
  coordination?: Coordination
  /** Milliseconds since the epoch. */
  now?: () => number
  /** A UUID. */
  newId?: () => string
  sleep?: Sleep
}

/**
 * A user's tasks on this device, with a network or without. Each action resolves once it is persisted and shown, not
 * when it is sent; it is sent in its turn, once, however often the network or the program breaks off meanwhile.
 */
export interface Replica {
  /** An immutable snapshot; a new object after each change. */
  readonly state: ReplicaState
  /** What a listener throws is uncaught, and stops nothing. */
  subscribe(listener: (state: ReplicaState) => void): () => void
  create(task: NewTask): Promise<Action>
  update(id: string, changes: TaskChanges): Promise<Action>
  complete(id: string, completed?: boolean): Promise<Action>
  move(id: string, place: Place): Promise<Action>
  delete(id: string): Promise<Action>
  restore(id: string): Promise<Action>
  /** Several at once, as one action: one undo, sent together. */
  batch(operations: readonly ReplicaOperation[]): Promise<Action>
  /** Takes an action back, sent or not. A new action, which can be undone as well. */
  undo(action: Action): Promise<Action>
  /** Ends a conflict as it was shown: mine is sent again, over theirs; or theirs stays. What changed since is asked again. */
  resolve(conflict: Conflict, keep: 'mine' | 'theirs'): Promise<void>
  /** Forgets refused operations, after they were shown. */
  dismiss(refusal: Refusal): Promise<void>
  /** Asks now rather than at the next turn: back online, signed in again, pulled by hand. */
  wake(): void
  close(): Promise<void>
  /** Closes it and deletes this user's stores on this device. */
  destroy(): Promise<void>
}

export interface ReplicaState {
  /** Live tasks as they are shown: confirmed and pending together. Unordered. */
  tasks: ReadonlyMap<string, Task>
  /** Deleted here or elsewhere while this device knew them: the trash as it is shown without a network. */
  deleted: ReadonlyMap<string, Task>
  /** How many actions are not yet acknowledged. */
  unsent: number
  pending: readonly Action[]
  conflicts: readonly Conflict[]
  refusals: readonly Refusal[]
  network: Network
  /** False until the first walk of the feed is at its end. */
  complete: boolean
}

export type Network = 'online' | 'offline' | 'signed-out'

export interface Action {
  id: string
  operations: readonly ReplicaOperation[]
  /** Of the tasks. */
  ids: readonly string[]
  /** The operations that take it back. */
  inverse: readonly ReplicaOperation[]
}

export type Place = { before: string } | { after: string }

export type ReplicaOperation =
  | ({ op: 'create'; id?: string } & NewTask)
  | { op: 'update'; id: string; changes: TaskChanges }
  | ({ op: 'move'; id: string } & Place)
  | { op: 'delete'; id: string }
  | { op: 'restore'; id: string }

/** One of a task at most: both versions of each field that was changed here and elsewhere. */
export interface Conflict {
  action: Action
  /** Of the task. */
  id: string
  fields: readonly { field: string; mine: unknown; theirs: unknown }[]
}

/** One of an action at most, with the operations of it that the API refused; the others were done. */
export interface Refusal {
  action: Action
  operations: readonly ReplicaOperation[]
  problem: Problem
}
