import type { WeekdayCode } from './recurrence.ts'

/** English, as the words of a repetition are: read and written by this app, whatever the reader's language. */
export const UNITS = ['day', 'week', 'month', 'year'] as const
export const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']
export const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export const WORKDAYS: readonly WeekdayCode[] = ['MO', 'TU', 'WE', 'TH', 'FR']
export const WEEKEND: readonly WeekdayCode[] = ['SA', 'SU']
