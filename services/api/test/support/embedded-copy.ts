import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryFS } from '@electric-sql/pglite'
import { inject } from 'vitest'

/** A file or a folder of a database. */
type Entry = { name: string; data: Buffer } | { name: string; entries: Entry[] }

/** The part of the engine's file system that is in use here; its own types say nothing. */
interface FileSystem {
  mkdirTree: (path: string) => void
  lookupPath: (path: string) => { node: Node }
}

interface Node {
  node_ops: { mknod: (parent: Node, name: string, mode: number, device: number) => Node }
  contents: unknown
  usedBytes: number
}

const HOME = '/pglite/data'
const [FOLDER, FILE] = [0o40700, 0o100600]
const PAGE_BYTES = 8192

/** The databases beside ours, to which nothing connects: a third of all is read by nobody. */
const templates = ['1', '4']

/**
 * A database in memory, which begins as a copy of a folder.
 *
 * From an archive the engine makes one in a second, most of it for looking up a thousand paths; this takes a third.
 */
export class EmbeddedCopy extends MemoryFS {
  readonly #entries: Entry[]

  constructor(folder: string) {
    super()
    this.#entries = entriesOf(folder)
  }

  override async initialSyncFs(): Promise<void> {
    const fs: FileSystem | undefined = this.pg?.Module.FS
    fs?.mkdirTree(HOME)
    const home = fs?.lookupPath(HOME).node
    if (home !== undefined) addAll(home, this.#entries)
  }
}

/** The folder of a database as it is before its first migration. */
export function emptyFolder(): string {
  const engine = inject('engine')
  if (engine.kind !== 'embedded') throw new Error('This test is for the embedded engine alone')
  return engine.empty
}

function addAll(parent: Node, entries: readonly Entry[]): void {
  for (const entry of entries) {
    const isFolder = 'entries' in entry
    const node = parent.node_ops.mknod(parent, entry.name, isFolder ? FOLDER : FILE, 0)
    if (isFolder) addAll(node, entry.entries)
    else Object.assign(node, { contents: new Uint8Array(entry.data), usedBytes: entry.data.length })
  }
}

const known = new Map<string, Entry[]>()

/** Read once in each process, however many copies it makes. */
function entriesOf(folder: string): Entry[] {
  const entries = known.get(folder) ?? readFolder(folder)
  known.set(folder, entries)
  return entries
}

function readFolder(folder: string): Entry[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const { name } = entry
    const path = join(folder, name)
    return entry.isDirectory()
      ? { name, entries: folder.endsWith('base') && templates.includes(name) ? [] : readFolder(path) }
      : { name, data: folder.endsWith('pg_wal') ? withoutEmptyEnd(readFileSync(path)) : readFileSync(path) }
  })
}

/** The log of writes is 16 MB long from its beginning; the engine lengthens a file when it writes behind its end. */
function withoutEmptyEnd(data: Buffer): Buffer {
  let end = data.length
  while (end > 0 && data.readUInt8(end - 1) === 0) end -= 1
  return data.subarray(0, Math.ceil(end / PAGE_BYTES) * PAGE_BYTES)
}
