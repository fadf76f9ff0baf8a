import type { StoreChanges } from './storage.ts'
import {
  type Entry,
  emptyMeta,
  type Meta,
  type ReplicaStorage,
  type Row,
  type Side,
  type Store,
} from './storage.ts'

/** Keeps the stores in memory, for as long as the object lives: for tests, and for programs that start anew each time. */
export function memoryStorage(): ReplicaStorage {
  const users = new Map<string, Contents>()
  return {
    async open(userId) {
      const contents = users.get(userId) ?? newContents()
      users.set(userId, contents)
      return storeOf(contents)
    },
    async delete(userId) {
      users.delete(userId)
    },
  }
}

interface Contents {
  meta: Meta
  sides: Record<Side, Map<string, Row>>
  outbox: Map<number, Entry>
  last: number
}

function newContents(): Contents {
  return { meta: emptyMeta, sides: { 0: new Map(), 1: new Map() }, outbox: new Map(), last: 0 }
}

function storeOf(contents: Contents): Store {
  return {
    async read() {
      const outbox = [...contents.outbox.values()].sort((a, b) => a.number - b.number)
      return { meta: contents.meta, rows: [...contents.sides[contents.meta.side].values()], outbox }
    },
    async writes() {
      return contents.meta.writes
    },
    async write(changes) {
      return write(contents, changes)
    },
    close() {},
  }
}

function write(contents: Contents, changes: StoreChanges): Entry[] {
  const { meta, rows, clear = [], add = [], put = [], remove = [] } = changes
  for (const side of clear) contents.sides[side].clear()
  for (const row of rows?.put ?? []) if (rows) contents.sides[rows.side].set(row.id, row)
  for (const id of rows?.remove ?? []) if (rows) contents.sides[rows.side].delete(id)
  if (meta) contents.meta = meta
  for (const entry of put) contents.outbox.set(entry.number, entry)
  for (const number of remove) contents.outbox.delete(number)
  return add.map((entry) => {
    contents.last += 1
    const numbered = { ...entry, number: contents.last }
    contents.outbox.set(numbered.number, numbered)
    return numbered
  })
}
