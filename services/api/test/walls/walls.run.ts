import { afterAll, expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { type Crowded, countingRevisions, IsolationRun } from '../support/isolation.ts'
import { silentLog } from '../support/log.ts'
import { perUserTables } from '../support/per-user-tables.ts'
import { recordRoutes } from '../support/route-recorder.ts'
import type { Transcript } from '../support/transcript.ts'
import { apart } from './apart.ts'
import { type Mutant, withoutOwner } from './mutants.ts'
import { asTable, type Row, type Verdict } from './report.ts'
import { exportedStatements, isMadeFrom, type KnownStatement, namesTable, readSources } from './sources.ts'
import { StatementSwitch } from './statement-switch.ts'

/*
 * Takes down, for one statement after another, the owner clause, row-level security, and both. While one of the
 * two stands, nothing may change; without both, the isolation run must notice. The statements are found in the
 * source code and in what runs; they are exchanged on their way to the driver, so no file is touched.
 */

const statements = new StatementSwitch()
const { routes, result: app } = await recordRoutes(() => startTestApp({}, silentLog, countingRevisions))
afterAll(async () => {
  statements.remove()
  await app.close()
})

const { pool } = app.database
const tables = await perUserTables(pool)

test('every statement stands behind two walls, and a user is safe behind either', async () => {
  const run = new IsolationRun(app, routes)
  run.onRequest = (request) => {
    statements.request = request
  }
  const alone = await run.alone()
  const untouched = verdict(
    await afresh(() => run.crowded(alone, (requests) => statements.watch(requests))),
    'stays',
  )
  const ran = new Set([...statements.ran.keys()].filter((text) => namesTable(text, tables)))
  const withoutPolicy = verdict(await withPolicyOff(() => afresh(() => run.crowded(alone))), 'stays')

  const { known, problems, harmless } = await findStatements(ran)
  const mutants: NamedMutant[] = []
  for (const { name, text } of known) {
    const mutant = withoutOwner(text)
    if (mutant === undefined) problems.push(`${name} names no owner: it needs "user_id = $1"`)
    else if (!ran.has(text))
      problems.push(`${name} never ran: extend test/support/isolation.ts or route-uses.ts`)
    else mutants.push({ ...mutant, name, original: text, requests: requestsOf(text) })
  }
  const together = await withoutAnyOwner(run, alone, mutants)
  // The same look finds something where there is something to find. Reads will do: writes would wait for rows of others.
  const reads = mutants.filter(({ text }) => /^\s*select\b/i.test(text) && !/\bfor update\b/i.test(text))
  expect(await withPolicyOff(() => withoutAnyOwner(run, alone, reads))).toMatchObject({ good: false })
  const leaks = await leaksOfReads(
    run,
    alone,
    reads.filter(({ original, requests }) => !harmless.has(original) && [...requests].every(isRead)),
  )
  const rows: Row[] = []
  for (const mutant of mutants) {
    const walls = await takeDown(run, alone, mutant, { harmless, together, leaks })
    rows.push({ statement: mutant.name, withoutPolicy, ...walls })
  }

  process.stdout.write(`\n${asTable(rows)}\n\n${problems.map((problem) => `WRONG: ${problem}\n`).join('')}`)
  expect(untouched).toMatchObject({ good: true })
  expect(rows.length).toBeGreaterThan(0)
  expect(problems).toEqual([])
  expect(
    rows.filter((row) => !(row.withoutOwner.good && row.withoutPolicy.good && row.withoutBoth.good)),
  ).toEqual([])
})

interface NamedMutant extends Mutant {
  name: string
  original: string
  requests: ReadonlySet<string>
}

const requestsOf = (text: string) => statements.ran.get(text)?.requests ?? new Set<string>()
const isRead = (request: string) => /^(GET|HEAD) /.test(request)

/** All that reaches for everybody's rows at once: where nothing changes, each of them is safe behind the policy. */
async function withoutAnyOwner(
  run: IsolationRun,
  alone: Transcript,
  mutants: readonly NamedMutant[],
): Promise<Verdict> {
  const reaching = mutants.filter(({ kind }) => kind === 'reaches')
  const exchanges = new Map(reaching.map(({ original, text }) => [original, text]))
  const crowded = await afresh(() => run.crowded(alone, (requests) => statements.during(exchanges, requests)))
  return verdict(crowded, 'stays')
}

/**
 * What becomes of each without both walls, many of them at a time: they change nothing for each other, and a request runs
 * one of them at most.
 */
async function leaksOfReads(run: IsolationRun, alone: Transcript, reads: readonly NamedMutant[]) {
  const leaks = new Map<NamedMutant, Verdict>()
  for (const group of apart(reads)) {
    const { told } = await withPolicyOff(() => exchanging(run, alone, group))
    for (const mutant of group) {
      const ofIt = told.filter((line) => mutant.requests.has(line.replace(/ → .*/s, '')))
      leaks.set(mutant, verdict({ told: ofIt, touched: [] }, 'leaks'))
    }
  }
  return leaks
}

function exchanging(
  run: IsolationRun,
  alone: Transcript,
  mutants: readonly NamedMutant[],
  isOneEnough = false,
): Promise<Crowded> {
  // What reads without these statements is left out, or a run for each of so many would take too long.
  run.wants = (request) => mutants.some(({ requests }) => requests.has(request))
  const exchanges = new Map(mutants.map(({ original, text }) => [original, text]))
  return afresh(() => run.crowded(alone, (requests) => statements.during(exchanges, requests), isOneEnough))
}

interface Known {
  /** Why some leak nothing even without both walls. */
  harmless: ReadonlyMap<string, string>
  /** What became of all without an owner clause; where that was not good, each is tried by itself. */
  together: Verdict
  leaks: ReadonlyMap<NamedMutant, Verdict>
}

async function takeDown(run: IsolationRun, alone: Transcript, mutant: NamedMutant, known: Known) {
  const inCrowd = () => exchanging(run, alone, [mutant])
  if (mutant.kind === 'reaches') {
    const harmless = known.harmless.get(mutant.original)
    return {
      withoutOwner: known.together.good ? known.together : verdict(await inCrowd(), 'stays'),
      withoutBoth:
        harmless === undefined
          ? (known.leaks.get(mutant) ??
            verdict(await withPolicyOff(() => exchanging(run, alone, [mutant], true)), 'leaks'))
          : { good: true, text: `cannot leak: ${harmless}` },
    }
  }
  return {
    withoutOwner: verdict(await withoutForeignKeys(inCrowd), 'refused'),
    withoutBoth: verdict(await withoutForeignKeys(() => withPolicyOff(inCrowd)), 'touches'),
  }
}

/**
 * A statement that writes a row for somebody else cannot work while the policy stands; then it is enough that
 * the policy refuses it, and that nobody is touched.
 */
function verdict({ told, touched }: Crowded, expected: 'stays' | 'refused' | 'leaks' | 'touches'): Verdict {
  const found = expected === 'refused' || expected === 'touches' ? touched : [...touched, ...told]
  const [first] = found
  if (expected === 'leaks' || expected === 'touches') {
    return { good: first !== undefined, text: first ?? 'nobody noticed' }
  }
  return { good: first === undefined, text: first ?? (told.length > 0 ? 'refused' : 'safe') }
}

/** From the exports and from what ran; whatever SQL in the source is in neither is told as a problem. */
async function findStatements(ran: ReadonlySet<string>) {
  const known = new Map((await exportedStatements(tables)).map((statement) => [statement.text, statement]))
  const problems: string[] = []
  const harmless = new Map<string, string>()
  for (const sql of readSources(tables)) {
    const users = [...known.keys(), ...ran].filter((text) => isMadeFrom(text, sql))
    if (sql.harmless !== undefined) for (const text of users) harmless.set(text, sql.harmless)
    if (sql.exemption !== undefined) {
      process.stdout.write(`exempt: ${sql.place}: ${sql.exemption}\n`)
      for (const text of users) known.delete(text)
    } else if (users.length === 0) {
      problems.push(`${sql.place} has SQL that never ran and is no exported statement`)
    }
    for (const text of sql.exemption === undefined ? users : [])
      add(known, text, statements.ran.get(text)?.name ?? sql.place)
  }
  for (const text of ran) add(known, text, text.trim().slice(0, 60))
  return { known: [...known.values()], problems, harmless }
}

function add(known: Map<string, KnownStatement>, text: string, name: string): void {
  if (!known.has(text)) known.set(text, { name, text })
}

async function afresh<T>(work: () => Promise<T>): Promise<T> {
  await pool.query(`truncate ${tables.join(', ')}`)
  return work()
}

async function withPolicyOff<T>(work: () => Promise<T>): Promise<T> {
  const alter = async (how: string) => {
    for (const table of tables) await pool.query(`alter table ${table} ${how} row level security`)
  }
  await alter('disable')
  try {
    return await work()
  } finally {
    await alter('enable')
  }
}

/** So that a row for a stranger is refused by the policy, if at all, and not for want of the stranger's other rows. */
async function withoutForeignKeys<T>(work: () => Promise<T>): Promise<T> {
  const { rows: keys } = await pool.query<{ owner: string; name: string; definition: string }>(`
    select conrelid::regclass::text as owner, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and conrelid::regclass::text in ('${tables.join("', '")}')`)
  for (const { owner, name } of keys) await pool.query(`alter table ${owner} drop constraint ${name}`)
  try {
    return await work()
  } finally {
    await pool.query(`truncate ${tables.join(', ')}`)
    for (const { owner, name, definition } of keys) {
      await pool.query(`alter table ${owner} add constraint ${name} ${definition}`)
    }
  }
}
