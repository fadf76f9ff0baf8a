import { isConflictOf, partSeen } from './conflicts.ts'
import type { LocalCopy } from './local-copy.ts'
import type { StoreChanges } from './storage.ts'
import type { Action, Refusal, Replica, ReplicaOperation } from './types.ts'

/** Keeps operations that are to be sent, together with other changes of the store. Exclusively. */
export type Write = (
  operations: readonly ReplicaOperation[],
  changes?: StoreChanges,
  isUndo?: boolean,
) => Promise<Action>

/** Answers to a conflict, and to a refusal. Each is to what was shown: what came to it since is still to be answered. */
export function answersOf(local: LocalCopy, write: Write) {
  return {
    resolve: (conflict, keep) =>
      local.exclusively(async () => {
        const entry = local.entries.find(isConflictOf(conflict.id))
        if (entry === undefined) return
        const { answered, open } = partSeen(entry, conflict, local.rows.get(conflict.id))
        if (answered === undefined) return
        const changes = open ? { put: [{ ...entry, steps: [open] }] } : { remove: [entry.number] }
        await (keep === 'mine' ? write([answered.operation], changes) : local.commit(changes))
      }),
    dismiss: (refusal) =>
      local.exclusively(() => local.commit({ remove: numbersOf(local.entries, refusal) })),
  } satisfies Partial<Replica>
}

/** The entries whose operations were all shown. */
function numbersOf(entries: LocalCopy['entries'], { action, operations }: Refusal): number[] {
  const shown = operations.map((operation) => JSON.stringify(operation))
  return entries
    .filter(({ status, action: { id } }) => status === 'refused' && id === action.id)
    .filter(({ steps }) => steps.every(({ operation }) => wasTaken(shown, JSON.stringify(operation))))
    .map(({ number }) => number)
}

/** Takes one of several away, if it is there. */
function wasTaken(all: string[], one: string): boolean {
  const place = all.indexOf(one)
  if (place >= 0) all.splice(place, 1)
  return place >= 0
}
