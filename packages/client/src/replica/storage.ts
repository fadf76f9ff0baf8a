import type { Problem } from '../error.ts'
import type { Task } from '../types.ts'
import type { Action, ReplicaOperation } from './types.ts'

/** Where replicas keep their stores: one of a user each. */
export interface ReplicaStorage {
  open(userId: string): Promise<Store>
  /** Deletes all that is stored of a user. */
  delete(userId: string): Promise<void>
}

export interface Store {
  read(): Promise<Stored>
  /** What is to be seen while very many rows are read, where it was written with the last of them: without the rest. */
  first?(): Promise<Stored | undefined>
  /** `meta.writes`, without reading the rest. */
  writes(): Promise<number>
  /** All of it or nothing. Gives the outbox's entries that were added, with their numbers. */
  write(changes: StoreChanges): Promise<Entry[]>
  close(): void
}

export interface Stored {
  meta: Meta
  rows: Row[]
  /** In the order of their numbers. */
  outbox: Entry[]
}

export interface StoreChanges {
  meta?: Meta
  /** Confirmed rows to put, on the given side. */
  rows?: { side: Side; put: Row[]; remove?: string[] }
  /** The rows to be seen first the next time. */
  first?: Row[]
  /** Sides whose rows are all forgotten, before any are put. */
  clear?: Side[]
  /** Entries that are new; their number is given here. */
  add?: NewEntry[]
  put?: Entry[]
  /** Numbers of entries. */
  remove?: number[]
}

/** Confirmed rows are kept on one of two sides; on the other, they are built anew and then take over. */
export type Side = 0 | 1

export interface Meta {
  /** Of all that is stored. Rows of another format are pulled anew. */
  format: number
  side: Side
  /** The token of the feed: how far the rows have come. */
  next?: string
  /** A walk of the feed has been at its end. */
  complete: boolean
  /** How many rows there are. */
  count: number
  /** How many times rows or meta were written, so that a new leader sees whether it missed any. */
  writes: number
}

export const FORMAT = 1
export const emptyMeta: Meta = { format: FORMAT, side: 0, complete: false, count: 0, writes: 0 }

/** A task as the API confirmed it. Nothing but an answer of the API changes one. */
export interface Row {
  id: string
  task: Task
  etag?: string
  /** Milliseconds since the epoch, on this device's clock. */
  deletedAt?: number
}

/** An operation with all that is needed to show and to judge it later. */
export interface Step {
  operation: ReplicaOperation & { id: string }
  /** When it was done here, as RFC 3339. */
  at: string
  /** The values before, of the fields that it changes: a change of one of these meanwhile is in conflict with it. */
  base?: Record<string, unknown>
  /** Of a move: the place to show until the API tells its own. */
  position?: string
}

export type NewEntry = Omit<Entry, 'number'>

/** A part of an action on its way, or the trouble that became of it. */
export interface Entry {
  /** Entries are sent in the order of their numbers. */
  number: number
  action: Action
  steps: Step[]
  status: 'waiting' | 'acknowledged' | 'conflict' | 'refused'
  /** As it was last sent. It is sent again with the same key and the same body until there is an answer. */
  request?: SentRequest
  /** Of a refused one. */
  problem?: Problem
}

export interface SentRequest {
  key: string
  /** The bodies of the batch's operations; a restoration has none, and is told apart by its step. */
  operations: Record<string, unknown>[]
}
