import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findBinaries, unprivilegedAccount } from '../../test/support/cluster.ts'
import { freePort } from '../../test/support/free-port.ts'
import { queryAt } from '../../test/support/postgres.ts'

export interface Standby {
  url: string
  /** Hears nothing more of its primary. */
  cutOff: () => Promise<void>
  promote: () => void
  stop: () => void
}

/** A hot standby of a server, by a base backup and streaming, as docs/scaling.md makes one. */
export async function startStandby(primaryUrl: string): Promise<Standby> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-standby-'))
  const account = unprivilegedAccount()
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(findBinaries(), command), args, { stdio: 'ignore', cwd: folder, ...account })
  const [data, port, primary] = [join(folder, 'data'), await freePort(), new URL(primaryUrl)]
  const server = ['-h', primary.hostname, '-p', primary.port, '-U', primary.username]
  run('pg_basebackup', ...server, '-D', data, '-R', '-X', 'stream', '-c', 'fast')
  const flags = `-c port=${port} -c unix_socket_directories=${folder} -c listen_addresses=127.0.0.1`
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', flags, 'start')
  let isStopped = false
  const url = new URL(primaryUrl)
  url.port = String(port)
  return {
    url: url.href,
    async cutOff() {
      await queryAt(url.href, "alter system set primary_conninfo = ''")
      await queryAt(url.href, 'select pg_reload_conf()')
    },
    promote: () => run('pg_ctl', '-D', data, '-w', 'promote'),
    stop() {
      if (isStopped) return
      isStopped = true
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
