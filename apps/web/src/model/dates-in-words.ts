import { addDays, daysBetween, hasTime, timeOf } from './day.ts'

/** Dates as the reader says them: by `Intl`, in the reader's language. */
export interface DatesInWords {
  /** `today`, `Friday`, `12 Dec`, `12 Dec 2027`. */
  day(day: string): string
  /** The same, and the time. */
  due(due: string): string
  /** `Friday, 27 November`. */
  heading(day: string): string
}

export function datesInWords(language: string, today: string): DatesInWords {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
  const weekday = format({ weekday: 'long' })
  const thisYear = format({ day: 'numeric', month: 'short' })
  const otherYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
  const long = format({ weekday: 'long', day: 'numeric', month: 'long' })
  const longOtherYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const clock = format({ hour: 'numeric', minute: '2-digit' })
  const isThisYear = (day: string) => day.slice(0, 4) === today.slice(0, 4)
  const day = (text: string) => {
    const ahead = daysBetween(today, text)
    if (Math.abs(ahead) <= 1) return relative.format(ahead, 'day')
    if (ahead > 1 && ahead < 7) return weekday.format(asUtc(text))
    return (isThisYear(text) ? thisYear : otherYear).format(asUtc(text))
  }
  return {
    day,
    due: (due) =>
      hasTime(due) ? `${day(due)}, ${clock.format(asUtc(addDays(today, 0), timeOf(due)))}` : day(due),
    heading: (text) => (isThisYear(text) ? long : longOtherYear).format(asUtc(text)),
  }
}

function asUtc(day: string, time = '00:00'): Date {
  return new Date(`${day.slice(0, 10)}T${time}:00Z`)
}
