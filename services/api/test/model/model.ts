import { isDeepStrictEqual } from 'node:util'
import type { Answer } from '../support/client.ts'
import type { Changes } from './commands.ts'
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

export function expected(status: number, answer: Answer, world?: World): Outcome {
  if (world !== undefined && answer.status === status) return { world }
  return { wrong: `${status} was due, not ${answer.status} ${answer.text}` }
}

export function same(what: string, due: unknown, told: unknown, world: World): Outcome {
  if (isDeepStrictEqual(due, told)) return { world }
  return { wrong: `${what}: due ${JSON.stringify(due)}, told ${JSON.stringify(told)}` }
}

function isText(text: string, minimum: number, maximum: number): boolean {
  const length = [...text].length
  return length >= minimum && length <= maximum && text.isWellFormed() && !text.includes('\0')
}

export function isValid({ title, description, ...plan }: Changes, isNew = false): boolean {
  if (isContradiction(plan, isNew)) return false
  return (title === undefined || isText(title.trim(), 1, 200)) && isText(description ?? '', 0, 2000)
}

export function judgeCreate(
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
export function judgeCreateAs(world: World, title: string, id: string, answer: Answer): Outcome {
  if (!isValid({ title })) return expected(422, answer, world)
  if (world.some((known) => known.task.id === id)) return expected(409, answer, world)
  if (answer.status !== 200) return expected(200, answer)
  const [{ task: told, etag }] = answer.body.results
  const { created_at } = told
  const rest = { description: null, completed: false, created_at, updated_at: created_at }
  const task = { id, title: title.trim(), ...rest }
  return same('the task of that id', task, told, [...world, { task, etag, isDeleted: false }])
}

export function replace(world: World, id: string, known: Known): World {
  return world.map((other) => (other.task.id === id ? known : other))
}

export function judgeChange(world: World, changes: Changes, id: string, answer: Answer): Outcome {
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

export function judgeOne(
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
