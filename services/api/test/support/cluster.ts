import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { keptFolder } from './kept-folder.ts'

export interface Cluster {
  url: string
  /** The same by its Unix socket, which takes less processor time; for whoever is root, or the server's own account. */
  socketUrl: string
  /** Ends every connection and takes no more, until it is resumed. */
  pause: () => Promise<void>
  resume: () => Promise<void>
  /** Stops every process of the server where it stands, until it is thawed. */
  freeze: () => void
  thaw: () => void
  /** Ends every process of the server by force, as if it had crashed; `resume` starts it again. */
  crash: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts a throwaway PostgreSQL from the system's binaries on a free port; as an unprivileged user, if we are root. */
export async function startCluster(settings: string[] = []): Promise<Cluster> {
  const binaries = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-postgres-'))
  const account = unprivilegedAccount()
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  /** Beside us: who looks at the service meanwhile must not stand still. */
  const run = async (command: string, ...args: string[]) => {
    const child = spawn(join(binaries, command), args, { stdio: 'ignore', cwd: folder, ...account })
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`${command} ended with ${code}`)
  }
  const port = await freePort()
  const data = join(folder, 'data')
  // `initdb` takes a second of CPU, and a copy of what it has made a tenth; so the first one is kept.
  const kept = await keptFolder(fingerprint(binaries), async (path) => {
    const made = join(folder, 'made')
    await run('initdb', '-D', made, ...asInitialized)
    copyWhole(made, join(path, 'data'))
    rmSync(made, { recursive: true })
  })
  copyWhole(join(kept, 'data'), data)
  const options = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...settings,
  ]
  const flags = options.map((option) => `-c ${option}`).join(' ')
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start')
  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    socketUrl: `postgres://postgres@${encodeURIComponent(folder)}:${port}/postgres`,
    pause: () => run('pg_ctl', '-D', data, '-w', '-m', 'fast', 'stop'),
    resume: start,
    freeze: () => tellAll(processesOf(data), 'SIGSTOP'),
    thaw: () => tellAll(processesOf(data), 'SIGCONT'),
    async crash() {
      const processes = processesOf(data)
      tellAll(processes, 'SIGKILL')
      while (processes.some(isRunning)) await new Promise((resolve) => setImmediate(resolve))
      // They name a process that may still be there, ended and in nobody's care.
      for (const lock of [join(data, 'postmaster.pid'), join(folder, `.s.PGSQL.${port}.lock`)]) rmSync(lock)
    },
    async stop() {
      // None is left of one that has crashed.
      if (existsSync(join(data, 'postmaster.pid')))
        await run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const asInitialized = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']

function fingerprint(binaries: string): string {
  const { size, mtimeMs } = statSync(join(binaries, 'postgres'))
  const hash = createHash('sha256').update(JSON.stringify([binaries, size, mtimeMs, asInitialized]))
  return hash.digest('hex').slice(0, 32)
}

/** With its owner, whom a server insists on. */
function copyWhole(from: string, to: string): void {
  execFileSync('cp', ['-a', '--reflink=auto', from, to])
}

/** The postmaster of a data folder, and its children. */
function processesOf(data: string): number[] {
  const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  return [postmaster, ...children.split(' ').filter(Boolean).map(Number)]
}

function tellAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of processes) if (isRunning(pid)) process.kill(pid, signal)
}

/** Field 3 of /proc/<pid>/stat (proc(5)) is Z for a process that has ended and was not asked about. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    return false
  }
}

/** `TEST_POSTGRES_BIN`, else Debian's, which are off the PATH in a folder for each major version, else the PATH's. */
export function findBinaries(): string {
  const given = process.env.TEST_POSTGRES_BIN
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const installed = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ]
  const folders = given === undefined ? installed : [given]
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')))
  if (found === undefined) {
    throw new Error(
      given === undefined
        ? 'PostgreSQL is not installed: install it (Debian: apt-get install postgresql) or set TEST_DATABASE_URL'
        : `TEST_POSTGRES_BIN=${given} holds no initdb: name the folder of a PostgreSQL's binaries`,
    )
  }
  return found
}

/** Whom to run a server as that refuses to be root's; undefined if we are not root. */
export function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
