import { readdirSync, readFileSync } from 'node:fs'

/** proc(5): utime, stime, cutime and cstime are counted in these, on every Linux architecture that Node runs on. */
const TICKS_A_SECOND = 100
const MICROSECONDS_A_TICK = 1_000_000 / TICKS_A_SECOND

interface ProcessTimes {
  parent: number
  own: number
  /** Of children that have ended and were waited for. */
  children: number
}

/** CPU time of one process, all its threads, in microseconds. */
export function processCpu(pid: number): number {
  return (timesOf(pid)?.own ?? 0) * MICROSECONDS_A_TICK
}

/** CPU time of a PostgreSQL server: its postmaster, every process of it, and those that have ended. */
export function serverCpu(postmaster: number): number {
  const server = timesOf(postmaster)
  if (server === undefined) return 0
  let ticks = server.own + server.children
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const times = timesOf(Number(entry))
    if (times?.parent === postmaster) ticks += times.own
  }
  return ticks * MICROSECONDS_A_TICK
}

export function parentOf(pid: number): number {
  return timesOf(pid)?.parent ?? 0
}

/** Resident memory in MiB. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

function timesOf(pid: number): ProcessTimes | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the program's name in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return { parent: field(4), own: field(14) + field(15), children: field(16) + field(17) }
}
