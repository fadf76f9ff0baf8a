/** What was asked of one task, as its user saw it. All times are of one clock. */
export interface Event {
  /** Names the task from before it is there. */
  task: string
  act: Act
  begunAt: number
  /** Infinity for a write without an answer, or with a 503: it may be done at any time, once, or never. */
  endedAt: number
}

export type Act =
  | { kind: 'create'; text: string }
  | { kind: 'edit'; text: string }
  | { kind: 'delete' }
  /** Undefined: the task was not there. */
  | { kind: 'see'; text: string | undefined }

/** Histories that no order of the writes explains, told event by event. */
export interface Verdict {
  /** Of tasks that were seen as they had been before a write that was acknowledged or seen. */
  lost: string[]
  /** Of tasks that were seen in any other way that cannot be. */
  wrong: string[]
}

/**
 * Whether there is an order of the writes that explains every answer: each acknowledged write happened once, between its
 * request and its answer; one without an answer happened once from its request on, or never; nothing else happened
 * (linearizability of each task).
 */
export function judge(events: readonly Event[]): Verdict {
  const verdict: Verdict = { lost: [], wrong: [] }
  for (const [task, history] of byTask(events)) {
    const contradiction = firstContradiction(history)
    if (contradiction === undefined) continue
    const kind = isOfThePast(contradiction, history) ? 'lost' : 'wrong'
    verdict[kind].push(
      `${task}\n${history.map(describe).join('\n')}\n  not explained: ${describe(contradiction)}`,
    )
  }
  return verdict
}

function byTask(events: readonly Event[]): Map<string, Event[]> {
  const tasks = new Map<string, Event[]>()
  for (const event of events) {
    const history = tasks.get(event.task)
    if (history === undefined) tasks.set(event.task, [event])
    else history.push(event)
  }
  return tasks
}

/** Whether it is a look at something that the task was, or was about to become, when it began. */
function isOfThePast({ act, endedAt }: Event, history: readonly Event[]): boolean {
  if (act.kind !== 'see') return false
  if (act.text === undefined) return true
  return history.some(
    (earlier) =>
      earlier.act.kind !== 'see' &&
      earlier.act.kind !== 'delete' &&
      earlier.act.text === act.text &&
      earlier.begunAt <= endedAt,
  )
}

function describe({ act, begunAt, endedAt }: Event): string {
  const text = act.kind === 'delete' ? '' : ` ${act.text ?? 'nothing'}`
  return `  ${begunAt.toFixed(1)} to ${endedAt.toFixed(1)}: ${act.kind}${text}`
}

/** How a task may be, after some of the events that have begun were done. */
interface World {
  state: State
  /** Those events that are done and not answered yet, or never will be. */
  done: ReadonlySet<Event>
}

type State = { phase: 'unborn' | 'gone' } | { phase: 'live'; text: string }

/** Follows all worlds that agree with the answers so far, from one answer to the next, to the first that fits in none. */
function firstContradiction(events: readonly Event[]): Event | undefined {
  const begins = events.toSorted((a, b) => a.begunAt - b.begunAt)
  const ends = events.filter(({ endedAt }) => endedAt < Infinity).toSorted((a, b) => a.endedAt - b.endedAt)
  const open = new Set<Event>()
  let worlds: World[] = [{ state: { phase: 'unborn' }, done: new Set() }]
  let begun = 0
  for (const answered of ends) {
    for (; begun < begins.length; begun += 1) {
      const next = begins[begun]
      if (next === undefined || next.begunAt > answered.endedAt) break
      open.add(next)
    }
    worlds = worldsWith(answered, worlds, open)
    if (worlds.length === 0) return answered
    open.delete(answered)
  }
  return undefined
}

/** Every world in which the answered event is done, after any of the others that are open. */
function worldsWith(answered: Event, worlds: readonly World[], open: ReadonlySet<Event>): World[] {
  const places = new Map([...open].map((event, place) => [event, place]))
  const nameOf = ({ state, done }: World) =>
    JSON.stringify([state, [...done].map((event) => places.get(event)).sort()])
  const found = new Map<string, World>()
  const seen = new Set<string>()
  const queue = [...worlds]
  for (let world = queue.pop(); world !== undefined; world = queue.pop()) {
    const name = nameOf(world)
    if (seen.has(name)) continue
    seen.add(name)
    if (world.done.has(answered)) {
      const kept = {
        state: world.state,
        done: new Set([...world.done].filter((event) => event !== answered)),
      }
      found.set(nameOf(kept), kept)
      continue
    }
    for (const event of open) {
      if (world.done.has(event)) continue
      const state = after(event.act, world.state)
      if (state !== undefined) queue.push({ state, done: new Set([...world.done, event]) })
    }
  }
  return [...found.values()]
}

/** Undefined: this cannot happen to a task that is so. */
function after(act: Act, state: State): State | undefined {
  if (act.kind === 'create') return state.phase === 'unborn' ? { phase: 'live', text: act.text } : undefined
  if (act.kind === 'see') {
    const seen = state.phase === 'live' ? state.text : undefined
    return seen === act.text ? state : undefined
  }
  if (state.phase !== 'live') return undefined
  return act.kind === 'edit' ? { phase: 'live', text: act.text } : { phase: 'gone' }
}
