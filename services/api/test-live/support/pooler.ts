import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unprivilegedAccount } from '../../test/support/cluster.ts'
import { freePort } from '../../test/support/free-port.ts'
import { blocksOf } from './markdown.ts'
import { repository } from './server.ts'

export interface Pooler {
  /** Of the server and database that it stands before. */
  url: string
  /** Sends its clients to another server, as after a promotion. */
  pointTo: (serverUrl: string) => void
  stop: () => Promise<void>
}

/** Where Debian puts it, off most PATHs. */
const DEBIAN_BINARY = '/usr/sbin/pgbouncer'

/** Starts PgBouncer in transaction mode: all clients together share `poolSize` connections to the server. */
export async function startPooler(serverUrl: string, poolSize: number): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-pooler-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  const users = join(folder, 'users')
  writeFileSync(users, `"${new URL(serverUrl).username}" ""\n`)
  const own = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: users,
    default_pool_size: poolSize,
  }
  const pointTo = (server: string) => writeFileSync(file, settingsFor(new URL(server), own))
  pointTo(serverUrl)
  const account = unprivilegedAccount()
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const binary = existsSync(DEBIAN_BINARY) ? DEBIAN_BINARY : 'pgbouncer'
  const child = spawn(binary, [file], { stdio: ['ignore', 'ignore', 'pipe'], ...account })
  const ended = once(child, 'close')
  await whenUp(child, ended)
  const url = new URL(serverUrl)
  url.port = String(port)
  return {
    url: url.href,
    pointTo(server) {
      pointTo(server)
      child.kill('SIGHUP')
    },
    async stop() {
      // Any other signal may wait for its clients.
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The example of docs/scaling.md, moved to this place. */
function settingsFor(
  { hostname, port: serverPort, pathname }: URL,
  own: Record<string, string | number>,
): string {
  const [example] = blocksOf(readFileSync(join(repository, 'docs/scaling.md'), 'utf8'), 'PgBouncer')
  const server = `host=${hostname} port=${serverPort}`
  const moved = (example?.text ?? '').replace(
    /^tasklane = .*$/m,
    `${pathname.slice(1)} = ${server}\n* = ${server}`,
  )
  const kept = moved.split('\n').filter((line) => !((line.split(' = ')[0] ?? '') in own))
  return [...kept, ...Object.entries(own).map(([name, value]) => `${name} = ${value}`), ''].join('\n')
}

/** PgBouncer writes its log to stderr, and is read to its end lest it waits for us. */
function whenUp(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk
      if (log.includes('process up')) resolve()
    })
    ended.then(() => reject(new Error(`PgBouncer did not start:\n${log}`)), reject)
  })
}
