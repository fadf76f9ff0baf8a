import { type DBSchema, deleteDB, type IDBPDatabase, openDB, type StoreNames } from 'idb'
import type { NewEntry, StoreChanges, Stored } from './storage.ts'
import {
  type Entry,
  emptyMeta,
  type Meta,
  type ReplicaStorage,
  type Row,
  type Side,
  type Store,
} from './storage.ts'

/** It counts only beside the rows that it was written with. */
interface First {
  writes: number
  rows: Row[]
}

interface Schema extends DBSchema {
  meta: { key: string; value: Meta | First }
  rows0: { key: string; value: Row }
  rows1: { key: string; value: Row }
  outbox: { key: number; value: NewEntry | Entry }
}

type Database = IDBPDatabase<Schema>

const VERSION = 1
const STORES: StoreNames<Schema>[] = ['meta', 'rows0', 'rows1', 'outbox']
const META = 'meta'
const FIRST = 'first'
/** Read at a time: a letter that is typed meanwhile waits for so many, and 250 are too many on a slow device. */
const SLICE = 60

/** Keeps the stores in the browser's IndexedDB, one database of a user each. */
export function openIndexedDb(): ReplicaStorage {
  return {
    async open(userId) {
      const connection = new Connection(nameOf(userId))
      await connection.use(async () => {})
      return storeOf(connection)
    },
    delete: (userId) => deleteDB(nameOf(userId)),
  }
}

const nameOf = (userId: string) => `tasklane ${userId}`
const rowsOf = (side: Side) => (side === 0 ? 'rows0' : 'rows1')

/** The browser may close the handle at any time, as Safari does to tabs in the background: it is opened once more. */
class Connection {
  readonly #name: string
  #database: Promise<Database> | undefined

  constructor(name: string) {
    this.#name = name
  }

  async use<T>(work: (database: Database) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#open())
    } catch (error) {
      if (!isClosedHandle(error)) throw error
      this.close()
      return work(await this.#open())
    }
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => {})
    this.#database = undefined
  }

  #open(): Promise<Database> {
    this.#database ??= openDB<Schema>(this.#name, VERSION, {
      upgrade(database) {
        database.createObjectStore('meta')
        database.createObjectStore('rows0', { keyPath: 'id' })
        database.createObjectStore('rows1', { keyPath: 'id' })
        database.createObjectStore('outbox', { keyPath: 'number', autoIncrement: true })
      },
      // Another tab deletes the user's stores or brings a newer version: an open handle on the old one blocks it.
      blocking: () => this.close(),
      terminated: () => this.close(),
    })
    // A failure is told to the caller; the next call opens anew.
    this.#database.catch(() => this.close())
    return this.#database
  }
}

function isClosedHandle(error: unknown): boolean {
  return (
    error instanceof DOMException && ['InvalidStateError', 'AbortError', 'UnknownError'].includes(error.name)
  )
}

function storeOf(connection: Connection): Store {
  return {
    read: () => connection.use(read),
    first: () => connection.use(readFirst),
    writes: () => connection.use(async (database) => (await database.get('meta', META))?.writes ?? 0),
    write: (changes) => connection.use((database) => write(database, changes)),
    close: () => connection.close(),
  }
}

async function read(database: Database): Promise<Stored> {
  const outbox = await database.getAll('outbox')
  const transaction = database.transaction(['meta', 'rows0', 'rows1'])
  const meta = metaOf(await transaction.objectStore('meta').get(META))
  const store = transaction.objectStore(rowsOf(meta.side === 1 ? 1 : 0))
  const rows: Row[] = []
  for (let slice = await store.getAll(null, SLICE); slice.length > 0; ) {
    for (const row of slice) rows.push(row)
    const last = slice.at(-1)?.id
    if (slice.length < SLICE || last === undefined) break
    slice = await store.getAll(IDBKeyRange.lowerBound(last, true), SLICE)
  }
  await transaction.done
  return { meta, rows, outbox: outbox.filter(isNumbered) }
}

async function readFirst(database: Database): Promise<Stored | undefined> {
  const transaction = database.transaction(['meta', 'outbox'])
  const store = transaction.objectStore('meta')
  const [stored, first, outbox] = await Promise.all([
    store.get(META),
    store.get(FIRST),
    transaction.objectStore('outbox').getAll(),
  ])
  await transaction.done
  const meta = metaOf(stored)
  if (first === undefined || !('rows' in first) || first.writes !== meta.writes) return undefined
  return { meta, rows: first.rows, outbox: outbox.filter(isNumbered) }
}

function metaOf(stored: Meta | First | undefined): Meta {
  return stored !== undefined && 'side' in stored ? stored : emptyMeta
}

function isNumbered(entry: NewEntry | Entry): entry is Entry {
  return 'number' in entry
}

async function write(database: Database, changes: StoreChanges): Promise<Entry[]> {
  const { meta, rows, first, clear = [], add = [], put = [], remove = [] } = changes
  // What is done while all rows are read is kept at once.
  const isOutboxAlone = meta === undefined && rows === undefined && clear.length === 0
  const transaction = database.transaction(isOutboxAlone ? ['outbox'] : STORES, 'readwrite')
  const outbox = transaction.objectStore('outbox')
  const done: Promise<unknown>[] = []
  for (const side of clear) done.push(transaction.objectStore(rowsOf(side)).clear())
  if (rows) {
    const store = transaction.objectStore(rowsOf(rows.side))
    done.push(...rows.put.map((row) => store.put(row)))
    done.push(...(rows.remove ?? []).map((id) => store.delete(id)))
  }
  if (meta) done.push(transaction.objectStore('meta').put(meta, META))
  if (meta && first)
    done.push(transaction.objectStore('meta').put({ writes: meta.writes, rows: first }, FIRST))
  done.push(...put.map((entry) => outbox.put(entry)), ...remove.map((number) => outbox.delete(number)))
  const numbers = Promise.all(add.map((entry) => outbox.add(entry)))
  const [given] = await Promise.all([numbers, ...done, transaction.done])
  return add.map((entry, index) => ({ ...entry, number: given[index] ?? 0 }))
}
