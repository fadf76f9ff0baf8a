import { writeUsersFile } from './callers.ts'
import { memoryOf } from './cpu.ts'
import { endpoints } from './endpoints.ts'
import { startServer } from './server.ts'
import { startTasklaneOn } from './subjects.ts'
import { runWrk } from './wrk.ts'

const REQUESTS = 1_000_000
const MAXIMUM_MEBIBYTES = 200
const CONNECTIONS = 32
const SECONDS = 5

/** Memory must not grow with the number of requests served: a million reads and writes, looked at on the way. */
export async function soak(): Promise<void> {
  const server = await startServer()
  const { service } = await startTasklaneOn(server)
  const loads = endpoints.filter(({ load }) => ['get', 'list', 'post', 'patch'].includes(load))
  let served = 0
  let most = 0
  while (served < REQUESTS) {
    for (const endpoint of loads) {
      const usersFile = await writeUsersFile(service, endpoint)
      if (usersFile === undefined) continue
      const load = { endpoint, usersFile, connections: CONNECTIONS, seconds: SECONDS }
      served += (await runWrk(service, server.postmaster, load)).requests
    }
    const memory = memoryOf(service.pid)
    most = Math.max(most, memory)
    process.stdout.write(`${served} requests: ${memory.toFixed(0)} MiB\n`)
  }
  if (most > MAXIMUM_MEBIBYTES)
    throw new Error(`The service took ${most.toFixed(0)} MiB: at most ${MAXIMUM_MEBIBYTES} is allowed`)
}
