import type { Answer } from '../support/client.ts'
import type { ListCommand } from './commands.ts'
import { expected, type ModelTask, type Outcome, same, type World } from './model.ts'

type Compare = (a: ModelTask, b: ModelTask) => number

/** By code point. */
const byText = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const newest: Compare = (a, b) => byText(b.created_at, a.created_at) || byText(b.id, a.id)

export const placeOf = ({ position, created_at: createdAt }: ModelTask) => position ?? createdAt
/** By hand, from the top. */
export const byPlace: Compare = (a, b) => byText(placeOf(b), placeOf(a)) || byText(b.id, a.id)

function byColumn(column: 'title' | 'created_at' | 'updated_at', sign: number): Compare {
  return (a, b) => sign * (byText(a[column], b[column]) || byText(a.id, b.id))
}

/** Those without a value come last both ways; equal ones, and those, newest first. */
function byPlan(column: 'due' | 'priority', sign: number): Compare {
  return (a, b) => {
    const [one, other] = [a[column], b[column]]
    if (one === undefined || other === undefined) {
      return Number(one === undefined) - Number(other === undefined) || newest(a, b)
    }
    return sign * byText(String(one), String(other)) || newest(a, b)
  }
}

function orderOf(sort: string): Compare {
  const sign = sort.startsWith('-') ? -1 : 1
  const column = sort.replace('-', '')
  switch (column) {
    case 'due':
    case 'priority':
      return byPlan(column, sign)
    case 'position':
      return (a, b) => sign * byPlace(a, b)
    case 'title':
    case 'created_at':
    case 'updated_at':
      return byColumn(column, sign)
    default:
      throw new Error(`There is no order by ${column}`)
  }
}

export const liveTasks = (world: World): ModelTask[] =>
  world.filter(({ isDeleted }) => !isDeleted).map(({ task }) => task)

function isWanted({ completed, due_from: from, due_before: before, tag }: ListCommand) {
  return (task: ModelTask) =>
    (completed === undefined || task.completed === completed) &&
    (from === undefined || (task.due !== undefined && byText(task.due, from) >= 0)) &&
    (before === undefined || (task.due !== undefined && byText(task.due, before) < 0)) &&
    (tag === undefined || (task.tags ?? []).includes(tag))
}

export function judgeList(world: World, command: ListCommand, answer: Answer): Outcome {
  if (answer.status !== 200) return expected(200, answer)
  const { page, per_page, sort = '-created_at' } = command
  const all = liveTasks(world).filter(isWanted(command)).sort(orderOf(sort))
  const from = (page - 1) * per_page
  const data = all.slice(from, from + per_page)
  const { next_cursor, ...told } = answer.body
  const isMore = data.length > 0 && from + per_page < all.length
  const total_pages = Math.ceil(all.length / per_page)
  const due = { data, total: all.length, page, per_page, total_pages, isMore }
  return same('the list', due, { ...told, isMore: next_cursor !== null }, world)
}

export function judgeTags(world: World, answer: Answer): Outcome {
  if (answer.status !== 200) return expected(200, answer)
  const counts = new Map<string, number>()
  for (const { tags = [], completed } of liveTasks(world)) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + (completed ? 0 : 1))
  }
  const data = [...counts].sort(([a], [b]) => byText(a, b)).map(([tag, open_count]) => ({ tag, open_count }))
  return same('the tags', { data }, answer.body, world)
}

/** When a task was deleted is for the server to say; the order must fit it. */
export function judgeTrash(world: World, answer: Answer): Outcome {
  if (answer.status !== 200) return expected(200, answer)
  const told: (ModelTask & { deleted_at: string; purge_at: string })[] = answer.body.data
  const places = told.map(({ deleted_at, id }) => `${deleted_at} ${id}`)
  const due = world.filter((known) => known.isDeleted && !known.isPurged).map((known) => known.task)
  const byId: Compare = (a, b) => byText(a.id, b.id)
  const tasks = told.map(({ deleted_at: _, purge_at: __, ...task }) => task)
  return same(
    'the trash',
    { places: places.toSorted().reverse(), tasks: due.toSorted(byId), total: due.length },
    { places, tasks: tasks.sort(byId), total: answer.body.total },
    world,
  )
}
