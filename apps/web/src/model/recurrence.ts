/** RFC 5545 section 3.3.10, the parts that the API takes. */
export const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

export type Frequency = (typeof FREQUENCIES)[number]
export type WeekdayCode = (typeof WEEKDAYS)[number]

export interface WeekdayPart {
  weekday: WeekdayCode
  /** 2 is the second of the month, -1 the last; absent: each. */
  nth?: number
}

export interface Rule {
  frequency: Frequency
  interval: number
  weekdays: readonly WeekdayPart[]
  monthDays: readonly number[]
  months: readonly number[]
  setPositions: readonly number[]
  weekStart: WeekdayCode
  count?: number
  until?: string
}

const EVERY: Omit<Rule, 'frequency'> = {
  interval: 1,
  weekdays: [],
  monthDays: [],
  months: [],
  setPositions: [],
  weekStart: 'MO',
}

export function ruleOf(frequency: Frequency, parts: Partial<Rule> = {}): Rule {
  return { ...EVERY, ...parts, frequency }
}

/** Undefined for what this app cannot tell in words; the API may know more. */
export function parseRule(text: string): Rule | undefined {
  const part = new Map(
    text
      .toUpperCase()
      .split(';')
      .map((pair) => splitPair(pair)),
  )
  const frequency = FREQUENCIES.find((known) => known === part.get('FREQ'))
  if (frequency === undefined) return undefined
  const numbers = (name: string) => list(part.get(name)).map(Number)
  const count = part.get('COUNT')
  const until = part.get('UNTIL')
  return ruleOf(frequency, {
    interval: Number(part.get('INTERVAL') ?? 1),
    weekdays: list(part.get('BYDAY')).flatMap((item) => weekdayPart(item)),
    monthDays: numbers('BYMONTHDAY'),
    months: numbers('BYMONTH'),
    setPositions: numbers('BYSETPOS'),
    weekStart: WEEKDAYS.find((known) => known === part.get('WKST')) ?? 'MO',
    ...(count !== undefined && { count: Number(count) }),
    ...(until !== undefined && { until: `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}` }),
  })
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=')
  return [pair.slice(0, equals), pair.slice(equals + 1)]
}

function list(value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : value.split(',')
}

function weekdayPart(item: string): WeekdayPart[] {
  const [, nth, code] = /^([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(item) ?? []
  const weekday = WEEKDAYS.find((known) => known === code)
  if (weekday === undefined) return []
  return [nth === undefined ? { weekday } : { weekday, nth: Number(nth) }]
}

export function ruleText(rule: Rule): string {
  const days = rule.weekdays.map(({ weekday, nth }) => `${nth ?? ''}${weekday}`)
  const parts: [string, string | number][] = [
    ['FREQ', rule.frequency],
    ['INTERVAL', rule.interval === 1 ? '' : rule.interval],
    ['BYMONTH', rule.months.join(',')],
    ['BYMONTHDAY', rule.monthDays.join(',')],
    ['BYDAY', days.join(',')],
    ['BYSETPOS', rule.setPositions.join(',')],
    ['WKST', rule.weekStart === 'MO' ? '' : rule.weekStart],
    ['COUNT', rule.count ?? ''],
    ['UNTIL', rule.until?.replaceAll('-', '') ?? ''],
  ]
  return parts.flatMap(([name, value]) => (value === '' ? [] : [`${name}=${value}`])).join(';')
}
