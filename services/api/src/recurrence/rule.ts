import { isPossible, type Pattern, type WeekdayOf } from './occurrences.ts'

export interface Rule extends Pattern {
  /** The text in upper case; its parts are as they were sent. */
  text: string
  count: number | undefined
  /** As written: a day, a day and a time, or the same in UTC. */
  until: string | undefined
}

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const satisfies Pattern['frequency'][]
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

const MAXIMUM_LENGTH = 500
const NAME_SHOWN = 30

/** Why a text is no rule, in words that go on from the name of a field. */
class Refusal extends Error {}

/** A rule, or why the text is none: words that go on from the name of the field, such as `must have FREQ`. */
export function parseRecurrence(sent: string): Rule | { refusal: string } {
  try {
    return ruleOf(sent)
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message }
    throw error
  }
}

function ruleOf(sent: string): Rule {
  if (sent.length > MAXIMUM_LENGTH) refuse(`must be at most ${MAXIMUM_LENGTH} characters`)
  // The upper case of some letters beyond ASCII is within it.
  if (!/^[\x21-\x7e]+$/.test(sent)) refuse('must be a rule such as FREQ=WEEKLY;BYDAY=MO, without spaces')
  const text = sent.toUpperCase()
  const parts = partsOf(text)
  const frequency = frequencyOf(parts.get('FREQ'))
  const rule: Rule = {
    ...{ text, frequency },
    interval: parts.has('INTERVAL') ? whole('INTERVAL', parts.get('INTERVAL')) : 1,
    months: list(parts, 'BYMONTH', (value) => number(value, 1, 12, false)),
    monthDays: list(parts, 'BYMONTHDAY', (value) => number(value, 1, 31, true)),
    weekdays: list(parts, 'BYDAY', weekdayOf),
    positions: list(parts, 'BYSETPOS', (value) => number(value, 1, 366, true)),
    weekStart: parts.has('WKST') ? weekStartOf(parts.get('WKST')) : 0,
    count: parts.has('COUNT') ? whole('COUNT', parts.get('COUNT')) : undefined,
    until: parts.has('UNTIL') ? untilOf(parts.get('UNTIL')) : undefined,
  }
  refuseContradictions(rule)
  return rule
}

const known = 'FREQ INTERVAL BYDAY BYMONTHDAY BYMONTH BYSETPOS WKST COUNT UNTIL'.split(' ')

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>()
  if (text.startsWith('RRULE:')) refuse('must be the rule alone, without RRULE:')
  for (const part of text.split(';')) {
    const [name = '', value, ...more] = part.split('=')
    if (value === undefined || value === '' || more.length > 0)
      refuse('must be parts such as FREQ=DAILY with ; between them')
    if (!known.includes(name))
      refuse(`has the part ${name.slice(0, NAME_SHOWN)}; it may have ${known.join(', ')}`)
    if (parts.has(name)) refuse(`has the part ${name} twice`)
    parts.set(name, value)
  }
  return parts
}

function frequencyOf(value: string | undefined): Pattern['frequency'] {
  if (value === undefined) refuse('must have the part FREQ')
  return (
    frequencies.find((frequency) => frequency === value) ??
    refuse(`must have FREQ as one of ${frequencies.join(', ')}`)
  )
}

function whole(name: string, value: string | undefined): number {
  if (value !== undefined && /^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
  return refuse(`must have ${name} from 1 to 999999999`)
}

/** What each entry means; undefined for one that means nothing, which refuses the list. */
function list<T>(
  parts: ReadonlyMap<string, string>,
  name: keyof typeof lists,
  read: (value: string) => T | undefined,
): T[] {
  const values = parts.get(name)?.split(',').map(read) ?? []
  return values.map((value) => value ?? refuse(`must have ${name} as ${lists[name]}`))
}

const lists = {
  BYMONTH: 'months from 1 to 12',
  BYMONTHDAY: 'days from 1 to 31, or from -1 to -31',
  BYDAY: 'weekdays such as MO, or 1MO and -1MO in a month or a year',
  BYSETPOS: 'numbers from 1 to 366, or from -1 to -366',
}

function number(value: string, minimum: number, maximum: number, isSigned: boolean): number | undefined {
  const size = /^([+-]?)(\d{1,3})$/.exec(value)
  if (size === null || (size[1] !== '' && !isSigned)) return undefined
  const magnitude = Number(size[2])
  return magnitude >= minimum && magnitude <= maximum ? Number(value) : undefined
}

function weekdayOf(value: string): WeekdayOf | undefined {
  const weekday = weekdays.indexOf(value.slice(-2))
  const nth = value.length === 2 ? 0 : number(value.slice(0, -2), 1, 53, true)
  return weekday === -1 || nth === undefined ? undefined : { weekday, nth }
}

function weekStartOf(value: string | undefined): number {
  const weekday = weekdays.indexOf(value ?? '')
  return weekday === -1 ? refuse('must have WKST as a weekday such as MO') : weekday
}

function untilOf(value: string | undefined): string {
  const form = /^(\d{4})(\d\d)(\d\d)(?:T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?)?$/.exec(value ?? '')
  const [, year, month, day] = form ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  if (value !== undefined && date.getTime() >= 0 && date.getUTCDate() === Number(day)) return value
  return refuse('must have UNTIL as a day such as 20261231, as 20261231T090000 or as 20261231T090000Z')
}

function refuseContradictions(rule: Rule): void {
  const { frequency, weekdays: days, monthDays, months, positions } = rule
  if (rule.count !== undefined && rule.until !== undefined) refuse('must not have both COUNT and UNTIL')
  if (frequency === 'WEEKLY' && monthDays.length > 0) refuse('must not have BYMONTHDAY with FREQ=WEEKLY')
  if ((frequency === 'DAILY' || frequency === 'WEEKLY') && days.some(({ nth }) => nth !== 0))
    refuse(`must have BYDAY without numbers with FREQ=${frequency}`)
  if (positions.length > 0 && days.length + monthDays.length + months.length === 0)
    refuse('must have BYSETPOS only beside BYDAY, BYMONTHDAY or BYMONTH')
  if (!isPossible(rule)) refuse('must have an occurrence in some year: no calendar has such a day')
}

function refuse(message: string): never {
  throw new Refusal(message)
}
