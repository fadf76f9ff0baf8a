import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runAndCleanUp } from './cleanup.ts'
import { startEmbedded } from './embedded.ts'
import { deepEndpoints, type Endpoint, endpoints } from './endpoints.ts'
import { medianOf, type Sample } from './measure.ts'
import { type Measurement, printTable, type Report, writeReport } from './report.ts'
import { startServer } from './server.ts'
import { soak } from './soak.ts'
import { limitSubject, peerSubject, type Subject, serviceSubject, startTasklaneOn } from './subjects.ts'

/** How much is measured. Alternating short runs beat one long one: a disturbance then disturbs all alike. */
interface Extent {
  rounds: number
  seconds: number
  connections: readonly number[]
}
const full: Extent = { rounds: 3, seconds: 2, connections: [1, 32, 128] }
const quick: Extent = { rounds: 2, seconds: 1, connections: [32] }
/** Deletes that the embedded engine is given beforehand: it cannot be given more while the service has it. */
const EMBEDDED_DELETES_A_SECOND = 12_000
const WARM_UP_SECONDS = 2
/** Until then JavaScript is still being compiled; a slow peer needs longer for as many, but not for ever. */
const WARM_UP_REQUESTS = 5_000
const WARM_UPS = 10

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    soak: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'postgres' },
    only: { type: 'string' },
    against: { type: 'string' },
    rounds: { type: 'string' },
  },
})

async function main(): Promise<void> {
  const started = new Date()
  const usual = options.quick ? quick : full
  const extent = options.rounds === undefined ? usual : { ...usual, rounds: Number(options.rounds) }
  const isEmbedded = options.engine === 'embedded'
  const wanted = ({ name }: Endpoint) =>
    options.only === undefined || new RegExp(options.only, 'i').test(name)
  const { subjects, database } = isEmbedded ? await embeddedSubjects(extent) : await postgresSubjects()
  const measured = { ...extent, endpoints: endpoints.filter(wanted) }
  const measurements = await measure(subjects, measured)
  const deep = options.quick
    ? []
    : await measure(subjects, { ...extent, connections: [32], endpoints: deepEndpoints })
  const report: Report = {
    engine: isEmbedded ? 'embedded' : 'postgres',
    database,
    started,
    ...extent,
    measurements,
    deep,
  }
  printTable(report)
  if (!options.quick && options.only === undefined && options.against === undefined) writeReport(report)
}

async function postgresSubjects() {
  const server = await startServer()
  const { service, supply } = await startTasklaneOn(server)
  const subjects: Subject[] = [await serviceSubject('Tasklane', service, supply, server.postmaster)]
  if (options.against === undefined) {
    subjects.push(await limitSubject(server, [...endpoints, ...deepEndpoints]))
  } else {
    // Of its own, since an older version refuses a database that a newer one has migrated.
    const database = await server.openDatabase('other')
    const other = await startTasklaneOn(database, { build: resolve(options.against) })
    subjects.push(await serviceSubject('other', other.service, other.supply, server.postmaster))
  }
  const peer = !options.quick ? await peerSubject('nest', server) : undefined
  if (peer !== undefined) subjects.push(peer)
  return { subjects, database: `PostgreSQL ${server.version}` }
}

async function embeddedSubjects({ rounds, seconds, connections }: Extent) {
  const runs = rounds * connections.length
  const { service, supply } = await startEmbedded(
    (runs * seconds + 3 * WARM_UP_SECONDS) * EMBEDDED_DELETES_A_SECOND,
  )
  return { subjects: [await serviceSubject('Tasklane', service, supply, undefined)], database: 'PGlite' }
}

interface Plan extends Extent {
  endpoints: readonly Endpoint[]
}

/**
 * Each endpoint by each subject in turn, so that all of them meet the same minutes of the machine; every other round
 * in reverse, for what runs first is at a disadvantage.
 */
async function measure(subjects: readonly Subject[], plan: Plan): Promise<Measurement[]> {
  const samples = new Map<string, Sample[]>()
  const warmed = new Set<string>()
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const connections of plan.connections) {
      for (const endpoint of plan.endpoints) {
        for (const subject of round % 2 === 1 ? subjects : subjects.toReversed()) {
          const key = JSON.stringify([endpoint.name, connections, subject.name])
          if (subject.name !== 'limit' && !warmed.has(endpoint.name + subject.name)) {
            warmed.add(endpoint.name + subject.name)
            await warmUp(subject, endpoint)
          }
          const sample = await subject.run(endpoint, connections, plan.seconds)
          if (sample === undefined) continue
          samples.set(key, [...(samples.get(key) ?? []), sample])
          process.stderr.write(
            `round ${round}: ${endpoint.name}, ${connections} connections, ${subject.name}: ${Math.round(sample.requestsPerSecond)}/s, CPU ${Math.round(sample.apiCpu)} + ${Math.round(sample.databaseCpu)} µs\n`,
          )
        }
      }
    }
  }
  return [...samples].map(([key, list]) => {
    const [endpoint, connections, subject]: [string, number, string] = JSON.parse(key)
    return { endpoint, connections, subject, ...medianOf(list) }
  })
}

async function warmUp(subject: Subject, endpoint: Endpoint): Promise<void> {
  let requests = 0
  for (let time = 0; time < WARM_UPS && requests < WARM_UP_REQUESTS; time += 1) {
    const sample = await subject.run(endpoint, 32, WARM_UP_SECONDS)
    if (sample === undefined) return
    requests += sample.requestsPerSecond * WARM_UP_SECONDS
  }
}

await runAndCleanUp(options.soak ? soak : main)
