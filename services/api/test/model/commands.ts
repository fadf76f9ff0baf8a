import fc from 'fast-check'

export const people = ['alice', 'bob', 'carol'] as const
export type Person = (typeof people)[number]

/** The nth task that a person ever made, whoever asks for it; one that never was, if they made none. */
export interface TaskOf {
  of: Person
  nth: number
}

/** How a task is planned. */
export interface Plan {
  due?: string | null
  time_zone?: string | null
  priority?: number | null
  tags?: string[] | null
  recurrence?: string | null
  recurs_from?: 'completed' | null
}

export interface Changes extends Plan {
  title?: string
  description?: string | null
  completed?: boolean
  completed_at?: string
}

export interface ListCommand {
  do: 'list'
  page: number
  per_page: number
  sort?: string
  completed?: boolean
  due_from?: string
  due_before?: string
  tag?: string
}

/** An operation of a batch, on a task by its id or by who made it. */
type OperationOn<Ref> =
  | ({ op: 'create'; title: string; description?: string | null } & Plan)
  | ({ op: 'update' } & Ref & Changes)
  | ({ op: 'delete' } & Ref)
export type SentOperation = OperationOn<{ id: string }>

/** A task and the one that it is to stand next to. */
export interface Move {
  task: TaskOf
  side: 'before' | 'after'
  neighbour: TaskOf
}

type OnOne =
  | { do: 'get' | 'delete' | 'restore' | 'purge'; task: TaskOf }
  /** With the id of a task that may be anybody's, and in any state. */
  | { do: 'create as'; task: TaskOf; title: string }
  | { do: 'change'; task: TaskOf; changes: Changes }

type OnMany =
  | ({ do: 'create'; title: string; description?: string | null } & Plan)
  | ListCommand
  | { do: 'list tags' | 'list trash' | 'empty trash' }

/** What is judged by its answer alone, with the ids of its tasks. */
export type Sendable = OnOne | OnMany | { do: 'batch'; operations: SentOperation[] }

export type Command =
  | OnOne
  | OnMany
  | { do: 'batch'; operations: OperationOn<{ task: TaskOf }>[] }
  /** These two come once what else happens in the round is done: a place is for the server to say. */
  | { do: 'move'; moves: Move[]; isBatch: boolean }
  /** The next page of the person's copy. */
  | { do: 'sync'; limit: number }

/** What happens at once; one round after another. */
export type Round = { by: Person; command: Command }[]

/** Few and short, so that they often meet; some are refused. */
const title = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'B', 'é', '😀', '\uffee', ' trimmed ', '%', '_') },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom('', ' \n', '😀'.repeat(200), '😀'.repeat(201), 'a\0b', '\ud800') },
)
const description = fc.option(fc.constantFrom('', 'x', ' kept as it is '), { nil: null })
const task = fc.record({ of: fc.constantFrom(...people), nth: fc.nat(5) })
const optional = { requiredKeys: [] }

/** Dues and rules of which some have a next one, some have none, and some do not fit each other. */
const plan = {
  due: fc.constantFrom(null, '2026-01-31', '2026-01-31', '2026-03-29T02:30', '2028-02-29', '9999-12-31'),
  time_zone: fc.constantFrom(null, 'Europe/Zurich', 'Pacific/Kiritimati'),
  priority: fc.constantFrom(null, 1, 9),
  tags: fc.constantFrom<(string[] | null)[]>(null, [], ['home'], ['home', 'Ärger']),
  recurrence: fc.constantFrom(
    ...[null, 'FREQ=DAILY', 'freq=monthly', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU'],
    ...['FREQ=DAILY;COUNT=2', 'FREQ=YEARLY;UNTIL=20270131', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
  ),
  recurs_from: fc.constantFrom('completed' as const, null),
}
const planned: fc.Arbitrary<Plan> = fc.record(plan, optional)
const repeating: fc.Arbitrary<Plan> = fc.record({ due: plan.due, recurrence: plan.recurrence })

/** Always with a time, for what follows from a completion is not to hang on the clock of the test. */
const completion: fc.Arbitrary<Changes> = fc.record({
  completed: fc.constant(true),
  completed_at: fc.constantFrom(
    '2026-01-31T23:30:00+01:00',
    '2026-01-31T23:30:00Z',
    '2026-05-05T00:00:00-11:00',
  ),
})

const changes: fc.Arbitrary<Changes> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ title, description }, optional) },
  { weight: 3, arbitrary: planned },
  { weight: 3, arbitrary: completion },
  { weight: 1, arbitrary: fc.tuple(planned, completion).map(([some, done]) => ({ ...some, ...done })) },
  { weight: 3, arbitrary: fc.record({ completed: fc.constant(false) }) },
)

const newTask = fc
  .tuple(
    fc.record({ title, description }, { requiredKeys: ['title'] }),
    fc.oneof(fc.constant({}), planned, repeating),
  )
  .map(([task, some]) => ({ ...task, ...some }))

const operation = fc.oneof(
  { weight: 2, arbitrary: newTask.map((task) => ({ op: 'create' as const, ...task })) },
  {
    weight: 5,
    arbitrary: fc.tuple(task, changes).map(([task, some]) => ({ op: 'update' as const, task, ...some })),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('delete' as const), task }) },
)
const move = fc.record({ task, side: fc.constantFrom('before' as const, 'after' as const), neighbour: task })

const columns = ['created_at', 'updated_at', 'title', 'due', 'priority', 'position']
const dueBound = fc.constantFrom(
  '2026-01-31',
  '2026-03-29T02:30',
  '2026-03-29T02:31',
  '2028-02-29',
  '9999-12-31',
)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: newTask.map((task) => ({ do: 'create' as const, ...task })) },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        do: fc.constant('list' as const),
        page: fc.integer({ min: 1, max: 3 }),
        per_page: fc.constantFrom(1, 2, 3, 100),
        sort: fc.constantFrom(...columns, ...columns.map((column) => `-${column}`)),
        completed: fc.boolean(),
        due_from: dueBound,
        due_before: dueBound,
        tag: fc.constantFrom('home', 'Ärger', 'none has this'),
      },
      { requiredKeys: ['do', 'page', 'per_page'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create as' as const), task, title }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('change' as const), task, changes }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      operations: fc.array(operation, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(move, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([moves, isBatch]) => ({
        do: 'move' as const,
        moves,
        isBatch: isBatch || moves.length > 1,
      })),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('get' as const, 'delete' as const, 'restore' as const, 'purge' as const),
      task,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('list tags' as const, 'list trash' as const, 'empty trash' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('sync' as const), limit: fc.constantFrom(1, 1, 2, 3, 500) }),
  },
)

const step = fc.record({ by: fc.constantFrom(...people), command })

export const program: fc.Arbitrary<Round[]> = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 40,
  size: 'max',
})
