import { alone } from './coordination.ts'
import { LocalCopy } from './local-copy.ts'
import { newIdAt } from './new-id.ts'
import { record } from './record.ts'
import type { Entry, NewEntry, Step } from './storage.ts'
import type { Action, Conflict, Refusal, Replica, ReplicaOperation, ReplicaOptions } from './types.ts'

/** The most operations that a batch of the API takes. */
const MAXIMUM_OPERATIONS = 100

/** Opens a user's replica: what is stored is shown at once, and the rest follows as the network allows. */
export async function openReplica(options: ReplicaOptions): Promise<Replica> {
  const { userId, storage, coordination = alone(), now = Date.now } = options
  const newId = options.newId ?? (() => newIdAt(now()))
  const store = await storage.open(userId)
  const local = new LocalCopy(store, coordination, `tasklane ${userId}`, () => {})
  await local.load()

  const act = (operations: readonly ReplicaOperation[]): Promise<Action> =>
    local.exclusively(async () => {
      const { action, steps } = record(operations, {
        at: (id) => local.at(id),
        tasks: () => local.state.tasks.values(),
        now: now(),
        newId,
      })
      await local.commit({ add: entriesOf(action, steps) })
      return action
    })

  const forget = (isMeant: (entry: Entry) => boolean) =>
    local.exclusively(async () => {
      await local.commit({ remove: local.entries.filter(isMeant).map(({ number }) => number) })
    })

  return {
    get state() {
      return local.state
    },
    subscribe: (listener) => local.subscribe(listener),
    create: (task) => act([{ op: 'create', ...task }]),
    update: (id, changes) => act([{ op: 'update', id, changes }]),
    complete: (id, completed = true) => act([{ op: 'update', id, changes: { completed } }]),
    move: (id, place) => act([{ op: 'move', id, ...place }]),
    delete: (id) => act([{ op: 'delete', id }]),
    restore: (id) => act([{ op: 'restore', id }]),
    batch: (operations) => act(operations),
    undo: (action) => act(action.inverse),
    async resolve(conflict: Conflict, keep) {
      const isMeant = ({ status, steps }: Entry) =>
        status === 'conflict' && steps[0]?.operation.id === conflict.id
      const [entry] = local.entries.filter(isMeant)
      if (entry === undefined) return
      if (keep === 'mine') await act(entry.steps.map(({ operation }) => operation))
      await forget(isMeant)
    },
    dismiss: (refusal: Refusal) =>
      forget(({ status, action }) => status === 'refused' && action.id === refusal.action.id),
    wake() {},
    async close() {
      local.close()
    },
    async destroy() {
      local.close()
      await storage.delete(userId)
    },
  }
}

/** A restoration has an endpoint of its own; all else goes by batches, as large as the API takes them. */
function entriesOf(action: Action, steps: readonly Step[]): NewEntry[] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    const isAlone = step.operation.op === 'restore' || last?.[0]?.operation.op === 'restore'
    if (last === undefined || isAlone || last.length === MAXIMUM_OPERATIONS) groups.push([step])
    else last.push(step)
  }
  return groups.map((group) => ({ action, steps: group, status: 'waiting' }))
}
