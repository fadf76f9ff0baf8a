import { randomUUID } from 'node:crypto'
import {
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

interface Holder {
  pid: number
  host: string
  /** In which a pid means this process: a container has pids of its own. */
  pidNamespace?: string | undefined
  /** When the process started, as the operating system tells it, so that a reused pid is not mistaken for it. */
  processStart: string | undefined
  token: string
}

/**
 * On another machine, or in another container, a holder cannot be asked whether it lives; it is dead when its lock was
 * not touched this long.
 */
const FOREIGN_STALE_MILLISECONDS = 30_000
const TOUCH_MILLISECONDS = 5_000

/**
 * Takes a folder for this process alone, until `release` or the process's death (kill -9 included).
 *
 * Two processes on one PGlite folder lose each other's writes without a word, so the second one must not open it.
 *
 * @throws {Error} that names the process which holds the folder.
 */
export function lockFolder(folder: string): { release: () => void } {
  const path = join(folder, 'tasklane.lock')
  const self = describeSelf()
  const candidate = `${path}.${self.token}`
  writeFileSync(candidate, JSON.stringify(self), { mode: 0o600 })
  try {
    while (!link(candidate, path)) removeIfStale(path, folder)
  } finally {
    rmSync(candidate)
  }
  const touch = setInterval(() => keep(path, self), TOUCH_MILLISECONDS).unref()
  return {
    release() {
      clearInterval(touch)
      if (readHolder(path)?.token === self.token) rmSync(path)
    },
  }
}

/** Says that the holder lives. A lock that somebody removed is made again, before another process takes the folder. */
function keep(path: string, self: Holder): void {
  const holder = readHolder(path)
  if (holder?.token === self.token) utimesSync(path, new Date(), new Date())
  else if (holder === undefined) writeFileSync(path, JSON.stringify(self), { mode: 0o600, flag: 'wx' })
  else throw new Error(`The lock file ${path} was taken over by process ${holder.pid} on ${holder.host}`)
}

/** A hard link is made by one process only, and the file has its content from the first moment. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function removeIfStale(path: string, folder: string): void {
  const holder = readHolder(path)
  if (holder === undefined) return
  if (isAlive(holder, path)) {
    throw new Error(
      `The folder ${folder} is in use by process ${holder.pid} on ${holder.host}: stop that process first, or set DATA_DIR to another folder`,
    )
  }
  const aside = `${path}.stale-${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  // Between the look and the rename another process may have taken the lock: then it gets it back.
  if (readHolder(aside)?.token !== holder.token) link(aside, path)
  rmSync(aside)
}

function isAlive(holder: Holder, path: string): boolean {
  if (!isNear(holder)) {
    return Date.now() - statSync(path).mtimeMs < FOREIGN_STALE_MILLISECONDS
  }
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return isCode(error, 'EPERM')
  }
  return holder.processStart === processStart(holder.pid)
}

/** Whether its pid can be looked up here. Locks of earlier versions name no namespace. */
function isNear({ host, pidNamespace: namespace }: Holder): boolean {
  return host === hostname() && (namespace === undefined || namespace === pidNamespace())
}

function describeSelf(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    pidNamespace: pidNamespace(),
    processStart: processStart(process.pid),
    token: randomUUID(),
  }
}

/** Undefined where there is no /proc. */
function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)); undefined where there is no /proc. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isHolder(value)) return value
    throw new Error('It names no process')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw new Error(`The lock file ${path} cannot be read: remove it if no other process uses the folder`, {
      cause: error,
    })
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  return 'pid' in value && 'host' in value && 'token' in value && Number.isInteger(value.pid)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
