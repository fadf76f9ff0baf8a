import { dayOf, FIRST_DAY, textOf } from './calendar.ts'
import { nextDay } from './occurrences.ts'
import { parseRecurrence, type Rule } from './rule.ts'
import { dateIn, instantIn } from './zone.ts'

/** What of a task says when it comes again. */
export interface Recurring {
  /** A day, or a day and a time. */
  due: string
  time_zone: string | null
  recurrence: string
  recurs_from: 'due' | 'completed' | null
}

/** The next one's; the rest of it is as the task's. */
export interface Next {
  due: string
  recurrence: string
}

/**
 * The next occurrence of a task that was completed on a day; undefined after the last one.
 *
 * Days are told by the calendar alone, and the time of day goes with them as it is: no clock change moves it.
 */
export function nextOccurrence(task: Recurring, completedOn: string): Next | undefined {
  const rule = parseRecurrence(task.recurrence)
  if ('refusal' in rule || (rule.count !== undefined && rule.count <= 1)) return undefined
  const completed = Math.max(FIRST_DAY, dayOf(completedOn))
  const day =
    task.recurs_from === 'completed'
      ? nextDay(rule, completed, completed)
      : nextDay(rule, dayOf(task.due), completed)
  if (day === undefined) return undefined
  const due = textOf(day) + task.due.slice(DATE_LENGTH)
  return isOver(rule, due, task.time_zone) ? undefined : { due, recurrence: oneLess(rule) }
}

const DATE_LENGTH = 10

/** Whether a due is after the rule's UNTIL: compared as it is where both have one form, and else by its day. */
function isOver({ until }: Rule, due: string, timeZone: string | null): boolean {
  if (until === undefined) return false
  const [, year, month, date, hour, minute, second, utc] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(until) ?? []
  const day = `${year}-${month}-${date}`
  const time = `${day}T${hour}:${minute}:${second}`
  const isSameForm =
    hour !== undefined && due.length > DATE_LENGTH && (utc === undefined || timeZone !== null)
  if (!isSameForm) return due.slice(0, DATE_LENGTH) > day
  if (utc === undefined || timeZone === null) return `${due}:00` > time
  return instantIn(timeZone, due) > Date.parse(`${time}Z`)
}

function oneLess({ text, count }: Rule): string {
  return count === undefined ? text : text.replace(/(?<=^|;)COUNT=\d+/, `COUNT=${count - 1}`)
}

const HALF_DAY_MILLISECONDS = 12 * 60 * 60 * 1000

/**
 * The day on which a task was completed: that of the offset in the time that was sent, else that of the task's zone,
 * else the earliest that it is anywhere on Earth. `Z` and `-00:00` say nothing of where it was (RFC 3339 section 4.3).
 *
 * @param sent the time as the client wrote it, if it did.
 * @param instant the same in milliseconds, or else now.
 */
export function dayOfCompletion(sent: string | undefined, instant: number, timeZone: string | null): string {
  if (sent !== undefined && /(?:\+\d\d:\d\d|-(?!00:00)\d\d:\d\d)$/.test(sent))
    return sent.slice(0, DATE_LENGTH)
  const since1970 = Math.max(0, instant)
  if (timeZone !== null) return dateIn(timeZone, since1970)
  return new Date(since1970 - HALF_DAY_MILLISECONDS).toISOString().slice(0, DATE_LENGTH)
}
