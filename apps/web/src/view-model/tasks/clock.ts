import { type ReadonlySignal, signal } from '@preact/signals'
import type { Reader } from '../../model/views.ts'
import { nextMidnight, todayIn } from '../../model/zone.ts'

export interface Clock {
  readonly reader: ReadonlySignal<Reader>
  stop(): void
}

export interface ClockPorts {
  now: () => number
  zone: () => string
  /** Gives what cancels it. */
  at: (instant: number, run: () => void) => () => void
}

/** Today, until midnight where the reader is; then the next. Timers sleep with the device, so it is looked at again. */
export function startClock({ now, zone, at }: ClockPorts): Clock & { look(): void } {
  const read = (): Reader => ({ today: todayIn(zone(), now()), zone: zone() })
  const reader = signal(read())
  const look = () => {
    const { today, zone: where } = read()
    const before = reader.value
    if (today !== before.today || where !== before.zone) reader.value = { today, zone: where }
  }
  let cancel = () => {}
  const wait = () => {
    cancel = at(nextMidnight(now(), zone()), () => {
      look()
      wait()
    })
  }
  wait()
  return { reader, look, stop: () => cancel() }
}
