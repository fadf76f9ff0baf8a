import type { ReplicaState } from '../../src/replica/index.ts'
import type { Device } from './device.ts'
import { changedBy } from './ledger.ts'

/** Fields that mean something only together are asked about together. */
const SCHEDULE = ['due', 'time_zone', 'recurrence', 'recurs_from']

const placeOf = (id: string, field: string) => `${id} ${SCHEDULE.includes(field) ? 'schedule' : field}`

/** Holds each conflict against the changes of others: no device asks about a field that it alone has changed. */
export class Disputes {
  readonly #fields = new Map<Device, Set<string>>()
  readonly #forgetful = new Set<Device>()
  readonly #changedPlainly = new Set<string>()

  watch(device: Device, { conflicts }: ReplicaState): void {
    const disputed = this.#fields.get(device) ?? new Set()
    this.#fields.set(device, disputed)
    for (const { id, fields } of conflicts) for (const { field } of fields) disputed.add(placeOf(id, field))
  }

  /** A device that lost its store knows nothing of its own changes that arrive later. */
  forget(device: Device): void {
    this.#forgetful.add(device)
  }

  changePlainly(id: string, changes: object): void {
    for (const field of Object.keys(changes)) this.#changedPlainly.add(placeOf(id, field))
  }

  faults(devices: readonly Device[]): string[] {
    const changed = new Map(
      devices.map((device) => [
        device,
        new Set(changedBy(device.sent).map(([id, field]) => placeOf(id, field))),
      ]),
    )
    return devices
      .filter((device) => !this.#forgetful.has(device))
      .flatMap((device) => {
        const others = devices.filter((other) => other !== device)
        const isDisputed = (field: string) =>
          this.#changedPlainly.has(field) || others.some((other) => changed.get(other)?.has(field))
        const alone = [...(this.#fields.get(device) ?? [])].filter((field) => !isDisputed(field))
        return alone.map((place) => `in conflict with nobody: ${place}\n${taleOf(place, device)}`)
      })
  }
}

/** All that a device has sent about a task, for whoever wonders why. */
function taleOf(place: string, { sent }: Device): string {
  const [id = ''] = place.split(' ', 1)
  const about = sent.filter(({ path, body }) => `${path} ${body}`.includes(id))
  return about
    .map(({ method, path, status, body, isReplayed }) => `${method} ${path} ${status} ${isReplayed} ${body}`)
    .join('\n')
}
