import { addDays, withTime } from '../day.ts'
import { findRecurrence } from '../find-recurrence.ts'
import { firstOccurrence, nextOccurrence } from '../occurrence.ts'
import type { Rule } from '../recurrence.ts'
import { findChronoDates, type ParseDates } from './chrono-dates.ts'
import { maskLiterals } from './literals.ts'
import { findPriority, findTags } from './marks.ts'
import { clockOf, type Found, type Moment, todayOf } from './moment.ts'
import { findOwnDates } from './own-dates.ts'
import { mask, type Range, type Span, UNDERSTOOD, withPreposition } from './span.ts'
import { titleWithout } from './title.ts'

export interface QuickAdd {
  title: string
  spans: readonly Span[]
}

export interface Context extends Moment {
  /** Words that the reader made text again. */
  dismissed?: readonly Range[]
  knownTags?: readonly string[]
  /** Undefined while chrono is loading: what needs it stays text for so long. */
  parseDates?: ParseDates | undefined
}

/** A line as its title and what was understood of the rest; words alone that leave no title are the title. */
export function parseQuickAdd(text: string, context: Context): QuickAdd {
  const literal = maskLiterals(text, context.dismissed ?? [])
  const marks = [...findPriority(literal), ...findTags(literal, context.knownTags ?? [])]
  const marked = mask(
    literal,
    marks.flatMap(({ ranges }) => ranges),
    UNDERSTOOD,
  )
  const spans = [...findPlan(marked, context), ...marks].sort((one, other) => startOf(one) - startOf(other))
  const title = titleWithout(
    text,
    spans.flatMap(({ ranges }) => ranges),
  )
  return title === '' ? { title: text.trim(), spans: [] } : { title, spans }
}

function startOf({ ranges }: Span): number {
  return ranges[0]?.start ?? 0
}

/** When it is due and how it repeats. */
function findPlan(marked: string, context: Context): Span[] {
  const repeats = readRecurrence(marked, context)
  const rest = repeats === undefined ? marked : mask(marked, repeats.ranges, UNDERSTOOD)
  const { day, time, ranges } = chosen(findDates(rest, context), rest)
  if (repeats === undefined) {
    if (day === undefined && time === undefined) return []
    return [{ kind: 'due', due: withTime(day ?? comingDay(time, context), time), ranges }]
  }
  const due = withTime(day ?? firstDay(repeats.rule, time, context), time)
  // Without words of its own, the date stands and falls with the repetition that it comes from.
  return [{ kind: 'due', due, ranges: day === undefined ? [...repeats.ranges, ...ranges] : ranges }, repeats]
}

function findDates(masked: string, context: Context): Found[] {
  const own = findOwnDates(masked, context)
  if (context.parseDates === undefined) return own
  return [...own, ...findChronoDates(mask(masked, own, UNDERSTOOD), context, context.parseDates)]
}

interface Chosen {
  day?: string
  time?: string
  ranges: readonly Range[]
}

/** Of several days the last: it is typed behind the title. A time of its own joins it. */
function chosen(found: readonly Found[], masked: string): Chosen {
  const inOrder = found.toSorted((one, other) => one.start - other.start)
  const day = inOrder.findLast((item) => item.day !== undefined)
  const time =
    day?.time === undefined
      ? inOrder.findLast((item) => item.day === undefined && item.time !== undefined)
      : day
  const used = [...new Set([day, time])].filter((item) => item !== undefined)
  return {
    ...(day?.day !== undefined && { day: day.day }),
    ...(time?.time !== undefined && { time: time.time }),
    ranges: used
      .flatMap((item) => (item.kept ? [] : [withPreposition(masked, item)]))
      .sort((a, b) => a.start - b.start),
  }
}

/** A time alone is the next time that the clock shows it. */
function comingDay(time: string | undefined, context: Context): string {
  const today = todayOf(context)
  return time === undefined || time > clockOf(context) ? today : addDays(today, 1)
}

function firstDay(rule: Rule, time: string | undefined, context: Context): string {
  const today = todayOf(context)
  const first = firstOccurrence(rule, today)
  const isOver = first === today && time !== undefined && time <= clockOf(context)
  return isOver ? (nextOccurrence(rule, today, today) ?? first) : first
}

type Repeats = Extract<Span, { kind: 'repeats' }>

function readRecurrence(masked: string, context: Context): Repeats | undefined {
  const found = findRecurrence(masked)
  if (found === undefined) return undefined
  const { rule, from, start, end } = found
  const until = readUntil(masked, end, context)
  if (until === undefined) return { kind: 'repeats', rule, from, ranges: [{ start, end }] }
  return { kind: 'repeats', rule: { ...rule, until: until.day }, from, ranges: [{ start, end: until.end }] }
}

/** `… until 31 december`, in words of any kind. */
function readUntil(masked: string, from: number, context: Context): { day: string; end: number } | undefined {
  const until = /^,?\s+until\s+/iu.exec(masked.slice(from))
  if (until === null) return undefined
  const at = from + until[0].length
  // Alone, or `monday until 31 december` would be a range.
  const alone = mask(masked, [{ start: 0, end: at }], UNDERSTOOD)
  const date = findDates(alone, context).find(({ start, day }) => start === at && day !== undefined)
  return date?.day === undefined ? undefined : { day: date.day, end: date.end }
}
