import type { Locale } from '../locale.ts'
import { todayIn, wallClock } from '../zone.ts'
import type { Range } from './span.ts'

/** The reader's now: every word of a date is understood from here. */
export interface Moment {
  now: number
  zone: string
  locale: Locale
}

/** Words that tell a day, a time, or both. */
export interface Found extends Range {
  day?: string
  time?: string
  /** A range of days or times: its beginning is due, and its words stay in the title, which alone tells the end. */
  kept?: boolean
}

export function todayOf({ now, zone }: Moment): string {
  return todayIn(zone, now)
}

export function clockOf({ now, zone }: Moment): string {
  return wallClock(now, zone).slice(11)
}
