/** What of a reader's language bears on dates. */
export interface Locale {
  language: string
  /** Which of `1/2` is the month. */
  dayFirst: boolean
  /** ISO weekdays, 1 is Monday. */
  firstDay: number
  weekend: readonly number[]
}

interface WeekInfo {
  firstDay: number
  weekend: readonly number[]
}

const MONDAY_WEEK: WeekInfo = { firstDay: 1, weekend: [6, 7] }

export function localeOf(language: string): Locale {
  return { language, dayFirst: isDayFirst(language), ...weekOf(language) }
}

function isDayFirst(language: string): boolean {
  const parts = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'numeric' }).formatToParts()
  const types = parts.map(({ type }) => type)
  return types.indexOf('day') < types.indexOf('month')
}

/** Engines give it as a method, as a getter, or (Firefox) not at all. */
function weekOf(language: string): WeekInfo {
  const locale: Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo } = new Intl.Locale(
    language,
  )
  const { firstDay, weekend } = locale.getWeekInfo?.() ?? locale.weekInfo ?? MONDAY_WEEK
  return { firstDay, weekend: [...weekend] }
}

/** The first day that is worked on, in the week after today's. */
export function daysToNextWeek(weekday: number, { firstDay, weekend }: Locale): number {
  const untilNextWeek = (firstDay - weekday + 7) % 7 || 7
  for (let ahead = untilNextWeek; ahead < untilNextWeek + 7; ahead += 1) {
    const day = ((weekday - 1 + ahead) % 7) + 1
    if (!weekend.includes(day)) return ahead
  }
  return untilNextWeek
}
