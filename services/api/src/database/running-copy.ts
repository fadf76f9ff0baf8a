import { randomUUID } from 'node:crypto'
import { constants, type Dirent, readdirSync, rmSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join, relative, resolve } from 'node:path'
import type pg from 'pg'
import type { Logger } from 'pino'
import { inTransaction } from './transaction.ts'

const COPY_PREFIX = 'database.copy-'
const FILES_AT_A_TIME = 16

/**
 * Lets other processes of this user ask for a copy of the embedded database while this one serves from it. They ask at
 * a socket in `DATA_DIR` that is for this user alone; a copy is removed when the one who asked hangs up.
 */
export async function serveCopies(
  dataDir: string,
  pool: pg.Pool,
  log: Logger,
): Promise<{ close: () => void }> {
  const folder = resolve(dataDir)
  removeCopies(folder)
  const server = createServer((socket) => {
    handOver(socket, folder, pool).catch((err: unknown) =>
      log.warn({ err }, 'the database could not be copied'),
    )
  })
  try {
    await listen(server, folder)
  } catch (err) {
    log.warn({ err }, 'no backup can be made while this runs: the socket in DATA_DIR cannot be made')
  }
  return {
    close() {
      // Its value is nobody's: Fastify takes that of a hook for an error.
      server.close()
    },
  }
}

/** We have the folder, so a socket that is there is of a process which was killed. */
function listen(server: Server, folder: string): Promise<void> {
  const path = socketIn(folder)
  rmSync(path, { force: true })
  return new Promise((done, fail) => {
    server.once('error', fail)
    // Nobody else may connect, not even before its mode could be changed.
    const mask = process.umask(0o177)
    server.listen(path, () => {
      server.off('error', fail).unref()
      done()
    })
    process.umask(mask)
  })
}

async function handOver(socket: Socket, folder: string, pool: pg.Pool): Promise<void> {
  const copy = join(folder, COPY_PREFIX + randomUUID())
  const hangup = new Promise<void>((done) => socket.once('close', () => done()))
  // Nobody who asked keeps this process from ending.
  socket
    .unref()
    .on('error', () => {})
    .resume()
  try {
    await copyWhileStill(pool, join(folder, 'database'), copy)
    socket.write(`${copy}\n`)
    await hangup
  } finally {
    socket.destroy()
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Whoever is in a transaction has the engine's one session, so nothing is written meanwhile. */
async function copyWhileStill(pool: pg.Pool, from: string, to: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('checkpoint')
    await copyFolder(from, to)
  })
}

async function copyFolder(from: string, to: string): Promise<void> {
  const entries = readdirSync(from, { recursive: true, withFileTypes: true })
  const place = (entry: Dirent) => join(to, relative(from, join(entry.parentPath, entry.name)))
  await mkdir(to, { mode: 0o700 })
  for (const entry of entries)
    if (entry.isDirectory()) await mkdir(place(entry), { recursive: true, mode: 0o700 })
  const files = entries.filter((entry) => entry.isFile()).values()
  const copySome = async () => {
    for (const file of files) {
      await copyFile(join(file.parentPath, file.name), place(file), constants.COPYFILE_FICLONE)
    }
  }
  await Promise.all(Array.from({ length: FILES_AT_A_TIME }, copySome))
}

/** Those of a process that was killed. */
function removeCopies(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.startsWith(COPY_PREFIX)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** The shorter of its two names, for a socket's must not have more than some hundred bytes. */
function socketIn(folder: string): string {
  const path = join(folder, 'tasklane.sock')
  const near = relative(process.cwd(), path)
  return near.length < path.length ? near : path
}

/** A folder with a copy of a database, which goes when it is let go of. */
export interface RunningCopy {
  path: string
  release: () => void
}

/**
 * A copy of the embedded database in `DATA_DIR`, from the process that serves from it; undefined where none does.
 *
 * @throws {Error} when that process could not make one; its log says why.
 */
export async function copyOfRunning(dataDir: string): Promise<RunningCopy | undefined> {
  const socket = await connectTo(socketIn(resolve(dataDir)))
  if (socket === undefined) return undefined
  const path = await firstLineOf(socket)
  if (path === undefined) {
    throw new Error('The running service could not copy its database: its log says why')
  }
  const release = () => {
    socket.destroy()
    // That process may have ended meanwhile.
    rmSync(path, { recursive: true, force: true })
  }
  return { path, release }
}

function firstLineOf(socket: Socket): Promise<string | undefined> {
  let said = ''
  return new Promise((done) => {
    socket.setEncoding('utf8').on('error', () => {})
    socket.once('close', () => done(undefined))
    socket.on('data', (piece: string) => {
      said += piece
      if (said.endsWith('\n')) done(said.slice(0, -1))
    })
  })
}

function connectTo(path: string): Promise<Socket | undefined> {
  return new Promise((done, fail) => {
    const socket = connect(path)
    socket.once('connect', () => done(socket))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(undefined)
      else fail(error)
    })
  })
}
