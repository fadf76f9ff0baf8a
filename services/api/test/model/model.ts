import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import type { Changes, Command } from './commands.ts'
import { followed, isContradiction, planned } from './repetition.ts'

/** A task as the API tells it, and what else its owner knows of it. */
export interface ModelTask {
  id: string
  title: string
  description: string | null
  completed: boolean
  created_at: string
  updated_at: string
  due?: string
  time_zone?: string
  priority?: number
  tags?: string[]
  recurrence?: string
  recurs_from?: 'completed'
  position?: string
  completed_at?: string
}
export interface Known {
  task: ModelTask
  etag: string | null
  isDeleted: boolean
  /** Nothing but its id is left. */
  isPurged?: true
  /** The id of the task that was made when this one was completed. */
  next?: string
}

/** One user's tasks: all that an answer to them may depend on. Never changed, only replaced. */
export type World = readonly Known[]

/** The world after the answer, or what is wrong with the answer in this world. */
export type Outcome = { world: World } | { wrong: string }

/** What is judged by its answer alone; a page of changes is held against the copy it belongs to. */
type Judged = Exclude<Command, { do: 'sync' }>

function judge(world: World, command: Judged, id: string, answer: Answer): Outcome {
  switch (command.do) {
    case 'create':
      return judgeCreate(world, command, answer)
    case 'create as':
      return judgeCreateAs(world, command.title, id, answer)
    case 'list':
      return judgeList(world, command, answer)
    case 'list trash':
      return judgeTrash(world, answer)
    case 'empty trash':
      return answer.status === 204
        ? { world: world.map((known) => (known.isDeleted ? { ...known, isPurged: true } : known)) }
        : expected(204, answer)
    case 'change':
      return isValid(command.changes)
        ? judgeChange(world, command.changes, id, answer)
        : expected(422, answer, world)
    default:
      return judgeOne(world, command.do, id, answer)
  }
}

function expected(status: number, answer: Answer, world?: World): Outcome {
  if (world !== undefined && answer.status === status) return { world }
  return { wrong: `${status} was due, not ${answer.status} ${answer.text}` }
}

function same(what: string, due: unknown, told: unknown, world: World): Outcome {
  if (isDeepStrictEqual(due, told)) return { world }
  return { wrong: `${what}: due ${JSON.stringify(due)}, told ${JSON.stringify(told)}` }
}

function isText(text: string, minimum: number, maximum: number): boolean {
  const length = [...text].length
  return length >= minimum && length <= maximum && text.isWellFormed() && !text.includes('\0')
}

function isValid({ title, description, ...plan }: Changes, isNew = false): boolean {
  if (isContradiction(plan, isNew)) return false
  return (title === undefined || isText(title.trim(), 1, 200)) && isText(description ?? '', 0, 2000)
}

function judgeCreate(
  world: World,
  { title, description = null, ...rest }: Changes & { title: string; do?: string },
  answer: Answer,
): Outcome {
  const { do: _, ...plan } = rest
  if (!isValid({ title, description, ...plan }, true)) return expected(422, answer, world)
  if (answer.status !== 201) return expected(201, answer)
  const { id, created_at } = answer.body
  const plain = { id, title: title.trim(), description, completed: false, created_at, updated_at: created_at }
  const task = planned(plain, plan) ?? plain
  const known = { task, etag: answer.headers.get('etag'), isDeleted: false }
  if (known.etag === null || world.some((other) => other.task.id === id))
    return { wrong: 'it is not a new task' }
  const told = { body: answer.body, location: answer.headers.get('location') }
  return same('the new task', { body: task, location: `/tasks/${id}` }, told, [...world, known])
}

/** An id that the caller has or had is taken; whether it is another's makes no difference. */
function judgeCreateAs(world: World, title: string, id: string, answer: Answer): Outcome {
  if (!isValid({ title })) return expected(422, answer, world)
  if (world.some((known) => known.task.id === id)) return expected(409, answer, world)
  if (answer.status !== 200) return expected(200, answer)
  const [{ task: told, etag }] = answer.body.results
  const { created_at } = told
  const rest = { description: null, completed: false, created_at, updated_at: created_at }
  const task = { id, title: title.trim(), ...rest }
  return same('the task of that id', task, told, [...world, { task, etag, isDeleted: false }])
}

const bytes = (text: string) => Buffer.from(text)
const orders: Record<string, (a: ModelTask, b: ModelTask) => number> = {
  title: (a, b) => Buffer.compare(bytes(a.title), bytes(b.title)),
  created_at: (a, b) => Buffer.compare(bytes(a.created_at), bytes(b.created_at)),
  updated_at: (a, b) => Buffer.compare(bytes(a.updated_at), bytes(b.updated_at)),
}

function judgeList(
  world: World,
  { page, per_page, sort = '-created_at', completed }: Extract<Command, { do: 'list' }>,
  answer: Answer,
): Outcome {
  if (answer.status !== 200) return expected(200, answer)
  const sign = sort.startsWith('-') ? -1 : 1
  const order = orders[sort.replace('-', '')]
  const all = world
    .filter((known) => !known.isDeleted && (completed === undefined || known.task.completed === completed))
    .map((known) => known.task)
    .sort((a, b) => sign * (order?.(a, b) || Buffer.compare(bytes(a.id), bytes(b.id))))
  const from = (page - 1) * per_page
  const data = all.slice(from, from + per_page)
  const { next_cursor, ...told } = answer.body
  const isMore = data.length > 0 && from + per_page < all.length
  const total_pages = Math.ceil(all.length / per_page)
  const due = { data, total: all.length, page, per_page, total_pages, isMore }
  return same('the list', due, { ...told, isMore: next_cursor !== null }, world)
}

/** When a task was deleted is for the server to say; the order must fit it. */
function judgeTrash(world: World, answer: Answer): Outcome {
  if (answer.status !== 200) return expected(200, answer)
  const told: (ModelTask & { deleted_at: string; purge_at: string })[] = answer.body.data
  const places = told.map(({ deleted_at, id }) => `${deleted_at} ${id}`)
  const due = world.filter((known) => known.isDeleted && !known.isPurged).map((known) => known.task)
  const byId = (a: ModelTask, b: ModelTask) => Buffer.compare(bytes(a.id), bytes(b.id))
  const tasks = told.map(({ deleted_at: _, purge_at: __, ...task }) => task)
  return same(
    'the trash',
    { places: places.toSorted().reverse(), tasks: due.toSorted(byId), total: due.length },
    { places, tasks: tasks.sort(byId), total: answer.body.total },
    world,
  )
}

function replace(world: World, id: string, known: Known): World {
  return world.map((other) => (other.task.id === id ? known : other))
}

function judgeChange(world: World, changes: Changes, id: string, answer: Answer): Outcome {
  const known = world.find(({ task, isDeleted }) => task.id === id && !isDeleted)
  if (known === undefined) return expected(404, answer, world)
  const task = planned(known.task, changes)
  if (task === undefined) return expected(422, answer, world)
  if (answer.status !== 200) return expected(200, answer)
  const etag = answer.headers.get('etag')
  const link = linkedId(answer)
  if (isDeepStrictEqual(task, known.task)) {
    const next = changes.completed === true && task.completed ? known.next : undefined
    return same('the unchanged task', [known.task, known.etag, next], [answer.body, etag, link], world)
  }
  const { updated_at } = answer.body
  if (updated_at < known.task.updated_at) return { wrong: 'updated_at went back' }
  if (etag === null || etag === known.etag) return { wrong: 'the task changed and its entity tag did not' }
  const changed: Known = { ...known, task: { ...task, updated_at }, etag }
  const outcome = followed(replace(world, id, changed), known, changed, changes, link)
  if ('wrong' in outcome) return outcome
  return same('the changed task', [changed.task, outcome.next], [answer.body, link], outcome.world)
}

/** Of the task that came next when one was completed. */
export function linkedId({ headers }: Answer): string | undefined {
  return /^<\/tasks\/([0-9a-f-]{36})>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
}

function judgeOne(
  world: World,
  verb: 'get' | 'delete' | 'restore' | 'purge',
  id: string,
  answer: Answer,
): Outcome {
  const isForTrash = verb === 'restore' || verb === 'purge'
  const known = world.find(
    ({ task, isDeleted, isPurged }) => task.id === id && isDeleted === isForTrash && !isPurged,
  )
  if (known === undefined) return expected(404, answer, world)
  const etag = answer.headers.get('etag')
  if (verb === 'get') {
    return same('the task', [200, known.task, known.etag], [answer.status, answer.body, etag], world)
  }
  if (verb === 'restore') {
    const restored = replace(world, id, { ...known, etag, isDeleted: false })
    return same('the restored task', [200, known.task], [answer.status, answer.body], restored)
  }
  if (answer.status !== 204) return expected(204, answer)
  const state = verb === 'purge' ? ({ isDeleted: true, isPurged: true } as const) : { isDeleted: true }
  return { world: replace(world, id, { ...known, ...state }) }
}

export interface Step {
  command: Judged
  id: string
  answer: Answer
}

/**
 * The worlds that there may be after several answers that came at once, by every order that explains all of them.
 * More than one where the answers do not tell: a deletion beside the emptying of the trash may have come before or
 * after it.
 */
export function judgeAtOnce(
  worlds: readonly World[],
  steps: readonly Step[],
): { worlds: World[] } | { wrong: string } {
  const after = new Map<string, World>()
  const wrongs = new Set<string>()
  for (const world of worlds) judgeInAnyOrder(world, steps, after, wrongs)
  return after.size > 0 ? { worlds: [...after.values()] } : { wrong: [...wrongs].join('\n') }
}

/** The same for worlds that differ only in the order in which their tasks became known. */
function keyOf(world: World): string {
  return JSON.stringify(world.toSorted((a, b) => (a.task.id < b.task.id ? -1 : 1)))
}

function judgeInAnyOrder(
  world: World,
  steps: readonly Step[],
  after: Map<string, World>,
  wrongs: Set<string>,
): void {
  if (steps.length === 0) after.set(keyOf(world), world)
  for (const step of steps) {
    const outcome = judge(world, step.command, step.id, step.answer)
    if ('wrong' in outcome) wrongs.add(`${JSON.stringify(step.command)}: ${outcome.wrong}`)
    else
      judgeInAnyOrder(
        outcome.world,
        steps.filter((other) => other !== step),
        after,
        wrongs,
      )
  }
}
