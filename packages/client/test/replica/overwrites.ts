import type { Action, ReplicaState } from '../../src/replica/index.ts'
import type { Device } from './device.ts'
import type { Sent } from './sent.ts'

const FIELDS = ['title', 'description'] as const

type Values = Record<string, unknown>

/** A task as an answer tells it, and the request that was answered. */
export interface Told {
  revision: number
  task: Values
  sent: Sent
  operation: Values
  /** The id of the next one, of a task that repeats. */
  next: string | undefined
}

/**
 * Holds what each device overwrites against what it had shown by then: a text that somebody else wrote, and that a
 * person on this device has not seen, is asked about and never overwritten.
 */
export class Overwrites {
  /** By device, task and field. */
  readonly #shown = new Map<Device, Map<string, Set<unknown>>>()
  /** By device, task, field and new text: what was shown when this text was written. */
  readonly #known = new Map<Device, Map<string, Set<unknown>>>()

  /** What a person sees who takes this action. */
  ask(device: Device, { operations }: Action): void {
    const shown = entryOf(this.#shown, device, () => new Map<string, Set<unknown>>())
    const known = entryOf(this.#known, device, () => new Map<string, Set<unknown>>())
    for (const operation of operations) {
      if (operation.op !== 'update') continue
      const { id } = operation
      const changes: Values = { ...operation.changes }
      for (const field of FIELDS.filter((name) => changes[name] !== undefined)) {
        const texts = entryOf(shown, `${id} ${field}`, () => new Set<unknown>())
        for (const text of [...seenIn(device.state, id, field), changes[field]]) texts.add(text)
        const before = entryOf(known, `${id} ${field} ${changes[field]}`, () => new Set<unknown>())
        for (const text of texts) before.add(text)
      }
    }
  }

  faults(devices: readonly Device[], others: readonly Sent[]): string[] {
    const histories = historiesOf([...others, ...devices.flatMap(({ sent }) => sent)])
    return devices.flatMap((device) =>
      device.sent
        .flatMap(toldBy)
        .filter(({ operation }) => operation.op === 'update')
        .flatMap((told) => this.#unseen(device, told, histories.get(told.task.id) ?? [])),
    )
  }

  #unseen(device: Device, { revision, sent, operation }: Told, history: readonly Told[]): string[] {
    // One that changed nothing tells the revision of another one.
    if (history.some((other) => other.revision === revision && other.sent !== sent)) return []
    const before = history.findLast((other) => other.revision < revision)?.task
    return FIELDS.filter((field) => field in operation && before !== undefined).flatMap((field) => {
      const place = `${operation.id} ${field} ${operation[field]}`
      const isSame = before?.[field] === operation[field]
      const isKnown = isSame || this.#known.get(device)?.get(place)?.has(before?.[field])
      const texts = history.map(
        (told) => `${told.revision} ${told.operation.op ?? told.sent.method} ${told.task[field]}`,
      )
      return isKnown ? [] : [`overwritten unseen: ${place}; all texts: ${texts.join(', ')}`]
    })
  }
}

function seenIn({ tasks, deleted, conflicts }: ReplicaState, id: string, field: 'title' | 'description') {
  const task = tasks.get(id) ?? deleted.get(id)
  const disputed = conflicts.filter((conflict) => conflict.id === id).flatMap(({ fields }) => fields)
  return [task?.[field], ...disputed.filter((one) => one.field === field).map(({ theirs }) => theirs)]
}

interface Result {
  task?: Values
  etag?: string
  next?: string
}

function nextIn(link: string | null): { next?: string } {
  const [, next] = /^<\/tasks\/([^>]+)>; rel="next"$/.exec(link ?? '') ?? []
  return next === undefined ? {} : { next }
}

/** By task, in the order of its revisions: what answers told of it. */
export function historiesOf(sent: readonly Sent[]): Map<unknown, Told[]> {
  const histories = new Map<unknown, Told[]>()
  for (const told of sent.flatMap(toldBy)) entryOf(histories, told.task.id, () => []).push(told)
  for (const history of histories.values()) history.sort((a, b) => a.revision - b.revision)
  return histories
}

/** None by a request that changed nothing, or whose answer is a repetition. */
function toldBy(sent: Sent): Told[] {
  const { method, status, etag, body, answer, isReplayed } = sent
  if (method === 'GET' || status >= 300 || isReplayed || answer === '') return []
  const told: Values & { results?: Result[] } = JSON.parse(answer)
  const { operations = [] }: { operations?: Values[] } = body === '' ? {} : JSON.parse(body)
  return (told.results ?? [{ task: told, etag: etag ?? '', ...nextIn(sent.link) }]).flatMap(
    (result, index) => {
      const [digits] = /\d+/.exec(result.etag ?? '') ?? []
      if (digits === undefined || result.task === undefined) return []
      const { task, next } = result
      return [{ revision: Number(digits), task, sent, operation: operations[index] ?? {}, next }]
    },
  )
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}
