import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/**
 * Gives this process the last core to itself, and what it measures all others, with all threads and whatever they start
 * later. @returns how the cores were shared, in words.
 */
export function keepApart(measured: readonly number[]): string {
  const last = cpus().length - 1
  if (last === 0) return 'load, service and database share the one core that there is'
  pin(process.pid, String(last))
  for (const pid of measured) pin(pid, `0-${last - 1}`)
  return `service and database share ${last === 1 ? 'one core' : `${last} cores`}, the load has one of its own`
}

function pin(pid: number, cores: string): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' })
  } catch (cause) {
    throw new Error('taskset cannot be run: install it (Debian: apt-get install util-linux)', { cause })
  }
}
