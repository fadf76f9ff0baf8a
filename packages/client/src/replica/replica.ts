import type { Sleep } from '../retry.ts'
import { answersOf, type Write } from './answers.ts'
import { alone } from './coordination.ts'
import { LocalCopy } from './local-copy.ts'
import { newIdAt } from './new-id.ts'
import { record } from './record.ts'
import type { NewEntry, Step } from './storage.ts'
import { Turns } from './turns.ts'
import type { Action, Replica, ReplicaOperation, ReplicaOptions } from './types.ts'

/** The most operations that a batch of the API takes. */
const MAXIMUM_OPERATIONS = 100
/** Less than a body of the API may have, and no more than a slow network carries in a minute. */
const MAXIMUM_CHARACTERS = 100_000

/** Opens a user's replica: what is stored is shown at once, and the rest follows as the network allows. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const { client, userId, storage, coordination = alone(), now = Date.now } = options
  const newId = options.newId ?? (() => newIdAt(now()))
  const name = `tasklane ${userId}`
  const closing = new AbortController()
  const sleep = options.sleep ?? sleepUntil(closing.signal)
  const local = new LocalCopy(await storage.open(userId), coordination, name)
  const turns = new Turns(local, { client, now, newId, sleep }, closing.signal)
  local.onWake = () => turns.ring()
  await local.open()
  const loaded = local.exclusively(() => local.load())
  if (!local.isPartial) await loaded
  const leading = coordination.lead(name, closing.signal, async () => {
    await loaded.catch(() => {})
    await turns.run()
  })
  const close = async () => {
    closing.abort()
    await leading.catch(() => {})
    await local.close()
  }
  local.onDestroyed = () => {
    local.empty()
    void close()
  }

  const { act, write } = writerOf(local, turns, { now, newId })
  return {
    get state() {
      return local.state
    },
    subscribe: (listener) => local.subscribe(listener),
    ...actionsOf(act),
    ...answersOf(local, write),
    wake() {
      turns.ring()
      local.tell('wake')
    },
    close,
    async destroy() {
      local.tell('destroyed')
      local.empty()
      await close()
      await storage.delete(userId)
    },
  }
}

type Act = (operations: readonly ReplicaOperation[], isUndo?: boolean) => Promise<Action>

/** Writes what is done to tasks to the copy on the device, to be sent. */
function writerOf(
  local: LocalCopy,
  turns: Turns,
  { now, newId }: Required<Pick<ReplicaOptions, 'now' | 'newId'>>,
): { act: Act; write: Write } {
  const write: Write = async (operations, changes = {}, isUndo = false) => {
    const { action, steps } = record(operations, {
      at: (id) => local.at(id),
      tasks: () => local.state.tasks.values(),
      now: now(),
      newId,
      isUndo,
    })
    await local.commit({ ...changes, add: entriesOf(action, steps) })
    turns.ring()
    return action
  }
  const act: Act = (operations, isUndo) => {
    const run = () => write(operations, {}, isUndo)
    // What is new rests on nothing that is still being read: it is kept at once, and all else waits.
    const isNew = operations.every(({ op }) => op === 'create')
    return local.isPartial && isNew ? run() : local.exclusively(run)
  }
  return { act, write }
}

/** All that can be done to tasks, as actions. */
function actionsOf(act: Act) {
  return {
    create: (task) => act([{ op: 'create', ...task }]),
    update: (id, changes) => act([{ op: 'update', id, changes }]),
    complete: (id, completed = true) => act([{ op: 'update', id, changes: { completed } }]),
    move: (id, place) => act([{ op: 'move', id, ...place }]),
    delete: (id) => act([{ op: 'delete', id }]),
    restore: (id) => act([{ op: 'restore', id }]),
    batch: (operations) => act(operations),
    undo: (action) => act(action.inverse, true),
  } satisfies Partial<Replica>
}

/** A sleep that holds up no end. */
function sleepUntil(closing: AbortSignal): Sleep {
  return (milliseconds) =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        closing.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, milliseconds)
      closing.addEventListener('abort', wake)
    })
}

/** A restoration has an endpoint of its own; all else goes by batches, as large as the API takes them. */
function entriesOf(action: Action, steps: readonly Step[]): NewEntry[] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    const isAlone = step.operation.op === 'restore' || last?.[0]?.operation.op === 'restore'
    if (last === undefined || isAlone || isFull(last)) groups.push([step])
    else last.push(step)
  }
  return groups.map((group) => ({ action, steps: group, status: 'waiting' }))
}

function isFull(steps: readonly Step[]): boolean {
  return steps.length === MAXIMUM_OPERATIONS || JSON.stringify(steps).length > MAXIMUM_CHARACTERS
}
