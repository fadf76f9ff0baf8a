import { randomInt, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../test/support/app.ts'
import { Contract, type Operation } from './contract.ts'
import { faultOf, remember } from './judge.ts'
import { Random } from './random.ts'
import { type Context, type FuzzRequest, makeRequest } from './requests.ts'
import { type FuzzAnswer, makeAgent, send } from './send.ts'

const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31))
const requests = Number(process.env.FUZZ_REQUESTS ?? 20_000)
const again = `FUZZ_SEED=${seed} npm test -- --project fuzz`
const CALLERS = 16
const MAXIMUM_FAULTS = 10
/** Of all requests, for each of them may cost a password hash. */
const ISSUER_SHARE = 0.02

const print = (line: string) => process.stdout.write(`${line}\n`)

test('whatever is sent, the answers are those of the contract', async () => {
  print(`\n${requests} requests; to have them again: ${again}\n`)
  const report = new Report()
  // With tokens of our own for the tasks, and once more with the built-in issuer for what only it has.
  const app = await startTestApp()
  const issuer = await startTestApp({ JWT_SECRET: '' })
  try {
    const [contract, issuerContract] = await Promise.all([app, issuer].map(({ url }) => Contract.load(url)))
    if (contract === undefined || issuerContract === undefined) throw new Error('There is no contract')
    const known = new Set(contract.operations.map(nameOf))
    const issuerOnly = issuerContract.operations.filter((operation) => !known.has(nameOf(operation)))
    await fuzz(app, contract, contract.operations, Math.round(requests * (1 - ISSUER_SHARE)), report)
    await fuzz(issuer, issuerContract, issuerOnly, Math.round(requests * ISSUER_SHARE), report)
    for (const { url } of [app, issuer]) expect((await fetch(`${url}/readyz`)).status).toBe(200)
  } finally {
    await Promise.all([app.close(), issuer.close()])
  }
  print(report.table())
  expect(report.faults, `to have them again: ${again}`).toEqual([])
})

const nameOf = ({ method, path }: Operation) => `${method} ${path}`

/** Each caller is a user of its own with a sequence of its own, so that a seed repeats what each of them sends. */
async function fuzz(
  app: TestApp,
  contract: Contract,
  operations: readonly Operation[],
  count: number,
  report: Report,
): Promise<void> {
  const victim = await app.signIn()
  const isOpen = victim.token !== undefined && (await victim.get('/tasks')).status === 200
  const foreignIds = isOpen ? await makeTasks(victim) : [randomUUID()]
  const agent = makeAgent()
  const weighted = operations.flatMap((operation) =>
    takesNothing(operation) ? [operation] : [operation, operation, operation],
  )
  const callers = Array.from({ length: CALLERS }, async (_, index) => {
    const { token = '' } = await app.signIn()
    const random = new Random(seed * CALLERS + index)
    const context: Context = { contract, random, memory: { ids: [], tokens: [] }, token, foreignIds }
    for (let i = index; i < count && report.faults.length < MAXIMUM_FAULTS; i += CALLERS) {
      const request = makeRequest(context, random.pick(weighted))
      const answer = await send(app.url, agent, request)
      remember(context.memory, answer)
      report.add(request, answer, faultOf(contract, request, answer))
    }
  })
  await Promise.all(callers)
  agent.destroy()
  // Nothing that 16 strangers did has reached the victim's tasks.
  if (isOpen) expect((await victim.get('/tasks')).body.total).toBe(foreignIds.length)
}

/** There is little to get wrong with it. */
const takesNothing = ({ isProtected, parameters, requestBody }: Operation) =>
  !isProtected && parameters.length === 0 && requestBody === undefined

async function makeTasks(user: Awaited<ReturnType<TestApp['signIn']>>): Promise<string[]> {
  const made = await Promise.all(['a', 'b', 'c'].map((title) => user.post('/tasks', { title })))
  return made.map(({ body }) => String(body.id))
}

class Report {
  readonly faults: string[] = []
  readonly #counts = new Map<string, Map<string, number>>()

  add(request: FuzzRequest, answer: FuzzAnswer, fault: string | undefined): void {
    const row = this.#counts.get(nameOf(request.operation)) ?? new Map<string, number>()
    const column = `${request.kind === 'valid' ? 'valid' : 'broken'} ${answer.status}`
    row.set(column, (row.get(column) ?? 0) + 1)
    this.#counts.set(nameOf(request.operation), row)
    if (fault === undefined) return
    const sent = request.body === undefined ? '' : ` ${request.body.toString().slice(0, 300)}`
    const what = `${request.kind}: ${request.method} ${request.path.slice(0, 300)}${sent}`
    this.faults.push(`${what}\n  got ${fault}: ${answer.text.slice(0, 300)}`)
  }

  table(): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, row]) => {
        const cells = [...row].sort().map(([column, count]) => `${column} × ${count}`)
        return `${name}\n    ${cells.join(', ')}`
      })
      .join('\n')
  }
}
