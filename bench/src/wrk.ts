import { fileURLToPath } from 'node:url'
import { processCpu, serverCpu } from './cpu.ts'
import type { Endpoint } from './endpoints.ts'
import { groups } from './endpoints.ts'
import type { Sample } from './measure.ts'
import { runProgram } from './server.ts'
import type { Service } from './service.ts'

const loadScript = fileURLToPath(new URL('../../../load.lua', import.meta.url))

interface WrkSummary {
  requests: number
  seconds: number
  p50: number
  p95: number
  p99: number
  refused: number
  broken: number
}

export interface WrkLoad {
  endpoint: Endpoint
  /** A file with a line a user: number, token, entity tag or cursor. */
  usersFile: string
  connections: number
  seconds: number
  firstToDelete?: number
}

/** Loads a service over HTTP; anything but success fails the benchmark. */
export async function runWrk(
  service: Service,
  postmaster: number | undefined,
  load: WrkLoad,
): Promise<Sample & { requests: number }> {
  const { endpoint, usersFile, connections, seconds, firstToDelete = 0 } = load
  const apiBefore = processCpu(service.pid)
  const databaseBefore = postmaster === undefined ? 0 : serverCpu(postmaster)
  const output = await runProgram('wrk', [
    ...['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', loadScript, service.url, '--'],
    ...[endpoint.load, usersFile, String(groups[endpoint.group].tasks), String(firstToDelete)],
  ])
  const apiCpu = processCpu(service.pid) - apiBefore
  const databaseCpu = postmaster === undefined ? 0 : serverCpu(postmaster) - databaseBefore
  const summary: WrkSummary = JSON.parse(output.slice(output.lastIndexOf('{"requests"')))
  if (summary.refused + summary.broken > 0 || summary.requests === 0) {
    throw new Error(
      `${endpoint.name}: ${summary.refused} answers were errors, ${summary.broken} connections broke:\n${output}`,
    )
  }
  return {
    requests: summary.requests,
    requestsPerSecond: summary.requests / summary.seconds,
    p50: summary.p50,
    p95: summary.p95,
    p99: summary.p99,
    apiCpu: apiCpu / summary.requests,
    databaseCpu: databaseCpu / summary.requests,
  }
}
