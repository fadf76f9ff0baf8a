import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unprivilegedAccount } from '../../test/support/cluster.ts'
import { freePort } from '../../test/support/free-port.ts'

export interface Pooler {
  /** Of the server and database that it stands before. */
  url: string
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
  const server = new URL(serverUrl)
  writeFileSync(users, `"${server.username}" ""\n`)
  writeFileSync(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 500
`,
  )
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
    async stop() {
      // Any other signal may wait for its clients.
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
