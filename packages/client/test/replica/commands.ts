import fc from 'fast-check'
import type { NewTask, TaskChanges } from '../../src/index.ts'
import type { ReplicaOperation } from '../../src/replica/index.ts'
import { DEVICES, type Household, unlessGone, unlessRefused } from './household.ts'
import type { Fate, Member } from './member.ts'

/** What a person does on a device, or what happens to it. */
export type Command = (household: Household) => Promise<void>

const index = fc.nat({ max: 30 })
const device = fc.nat({ max: DEVICES - 1 })

/** Of a new task. The API answers some of these values in another form than they are sent in. */
const plans: Omit<NewTask, 'title'>[] = [
  { due: '2026-01-05', recurrence: 'FREQ=DAILY' },
  { due: '2026-01-31', recurrence: 'FREQ=MONTHLY;BYMONTHDAY=-1', tags: ['garden'] },
  { due: '2026-01-05T08:30', recurrence: 'freq=weekly;byday=mo,th', recurs_from: 'completed' },
  { due: '2026-01-06', priority: 5, tags: ['home', 'garden'] },
  { due: '2026-03-08T02:30', time_zone: 'america/new_york' },
  { due: '2026-10-25' },
  { priority: 1 },
  { tags: ['home'] },
  { tags: [' home ', 'Überall'] },
]
/** Of a task that is there; some of them the API refuses, always or where the task has no `due`. */
const changesOfPlans: TaskChanges[] = [
  ...plans,
  { due: null },
  { time_zone: 'Asia/Kathmandu' },
  { recurrence: 'FREQ=DAILY;COUNT=2' },
  { recurrence: null },
  { recurs_from: 'due' },
  { recurs_from: 'completed' },
  { priority: null },
  { priority: 10 },
  { tags: [] },
  { tags: ['home', 'home'] },
]

const operation = fc.record({
  op: fc.constantFrom(
    'create',
    'create',
    'title',
    'title',
    'description',
    'completed',
    'completed',
    'both',
    'plan',
    'plan',
    'plan',
    'delete',
    'restore',
    'move',
    'move',
  ),
  index,
  other: index,
  flag: fc.boolean(),
  isRefused: fc.nat({ max: 19 }).map((dice) => dice === 0),
  plan: fc.constantFrom(...plans),
  planChanges: fc.constantFrom(...changesOfPlans),
})
type Wanted = typeof operation extends fc.Arbitrary<infer Value> ? Value : never

function operationOf(household: Household, member: Member, wanted: Wanted): ReplicaOperation[] {
  const { op, index, other, flag, isRefused, plan, planChanges } = wanted
  const text = isRefused ? `${household.name()}${'.'.repeat(200)}` : household.name()
  if (op === 'create') return [{ op, title: text, ...(flag && plan) }]
  const id = member.pick(index, op === 'restore' ? 'deleted' : 'tasks')
  if (id === undefined) return []
  if (op === 'delete' || op === 'restore') return [{ op, id }]
  if (op === 'move') {
    const neighbour = member.pick(other, 'tasks')
    if (neighbour === undefined || neighbour === id) return []
    return [{ op, id, ...(flag ? { before: neighbour } : { after: neighbour }) }]
  }
  const changes = {
    ...((op === 'title' || op === 'both') && { title: text }),
    ...((op === 'description' || op === 'both') && { description: household.name() }),
    ...(op === 'completed' && { completed: flag }),
    ...(op === 'plan' && planChanges),
  }
  return [{ op: 'update', id, changes }]
}

const fate = fc.constantFrom<Fate>(
  'arrives',
  'arrives',
  'lost',
  'answer lost',
  'answer lost',
  'unavailable',
  'unauthenticated',
  'gone',
)
/** Longer than the client tries by itself, so that the replica has to go on. */
const fates = fc
  .array(fc.tuple(fate, fc.constantFrom(1, 4, 5)), { maxLength: 6 })
  .map((runs) => runs.flatMap(([fate, times]) => Array<Fate>(times).fill(fate)))

/** As it is told of where it has failed. */
const named = (name: string, command: Command) => Object.assign(command, { toString: () => name })

const on = <Value>(
  weight: number,
  value: fc.Arbitrary<Value>,
  run: (member: Member, value: Value, household: Household) => Promise<void> | void,
): fc.WeightedArbitrary<Command> => ({
  weight,
  arbitrary: fc.tuple(device, value).map(([device, value]): Command => {
    return named(`${run} on ${device} ${JSON.stringify(value)}`, async (household) => {
      const member = household.member(device)
      // It may have ended again by the time that this goes on.
      while (!member.isAwake) await member.awake()
      await run(member, value, household)
    })
  }),
})

const nothing = fc.constant(undefined)
export const command: fc.Arbitrary<Command> = fc.oneof(
  on(30, operation, (member, wanted, household) => member.act(operationOf(household, member, wanted))),
  on(5, fc.array(operation, { minLength: 2, maxLength: 5 }), (member, wanted, household) =>
    member.act(wanted.flatMap((one) => operationOf(household, member, one))),
  ),
  on(5, nothing, (member) => member.undo()),
  on(8, nothing, (member) => member.turn()),
  on(3, fc.constantFrom('mine' as const, 'theirs' as const), (member, keep) => member.resolveAll(keep)),
  on(1, nothing, (member) => member.dismissAll()),
  on(6, fc.boolean(), (member, isOnline) => {
    member.device.isOnline = isOnline
  }),
  on(8, fates, (member, value) => member.meet(value)),
  on(2, nothing, (member) => member.restart()),
  on(2, nothing, (member) => member.crash()),
  on(
    4,
    fc.tuple(fc.nat({ max: 4 }), fc.constantFrom('before' as const, 'after' as const)),
    (member, [writes, end]) => member.endAt(writes + 1, end),
  ),
  on(1, nothing, (member) => member.wipe()),
  on(1, nothing, (member) => member.age()),
  { weight: 4, arbitrary: fc.constant<Command>((household) => household.turns()) },
  {
    weight: 10,
    arbitrary: operation.map(
      (wanted): Command =>
        named(`plainly ${JSON.stringify(wanted)}`, (household) => plainly(household, wanted)),
    ),
  },
)

/** What somebody does with another program, purges too. */
async function plainly(household: Household, wanted: Wanted): Promise<void> {
  const { op, index, other, flag, plan, planChanges } = wanted
  const { plain } = household
  const { data } = await (op === 'restore' || op === 'both'
    ? plain.api.GET('/trash', { params: { query: { per_page: 31 } } })
    : plain.api.GET('/tasks', { params: { query: { per_page: 31 } } }))
  const tasks = data?.data ?? []
  const [id, neighbour] = [index, other].map((each) => tasks[each % Math.max(1, tasks.length)]?.id)
  if (op === 'create') await plain.create({ title: household.name(), ...(flag && plan) })
  else if (id === undefined) return
  else if (op === 'title') await household.change(id, { title: household.name() })
  else if (op === 'description') await household.change(id, { description: household.name() })
  else if (op === 'completed') await household.change(id, { completed: flag })
  else if (op === 'plan') await unlessRefused(household.change(id, planChanges))
  else if (op === 'move') {
    const place = flag ? { before: neighbour ?? '' } : { after: neighbour ?? '' }
    if (neighbour !== id) await unlessGone(plain.move(id, place))
  } else if (op === 'delete') await unlessGone(plain.delete(id))
  else if (op === 'restore') await unlessGone(plain.restore(id))
  else
    await (flag ? plain.api.DELETE('/trash') : plain.api.DELETE('/trash/{id}', { params: { path: { id } } }))
}
