import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

export interface Cluster {
  url: string
  /** Ends every connection and takes no more, until it is resumed. */
  pause: () => Promise<void>
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** Starts a throwaway PostgreSQL from the system's binaries on a free port; as an unprivileged user, if we are root. */
export async function startCluster(settings: string[] = []): Promise<Cluster> {
  const binaries = findBinaries()
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-postgres-'))
  const account = unprivilegedAccount()
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(binaries, command), args, { stdio: 'ignore', cwd: folder, ...account })
  const port = await freePort()
  const data = join(folder, 'data')
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync')
  const options = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...settings,
  ]
  const flags = options.map((option) => `-c ${option}`).join(' ')
  const start = () => run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start')
  start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async pause() {
      run('pg_ctl', '-D', data, '-w', '-m', 'fast', 'stop')
    },
    async resume() {
      start()
    },
    async stop() {
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `TEST_POSTGRES_BIN`, else Debian's, which are off the PATH in a folder for each major version, else the PATH's. */
function findBinaries(): string {
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
