/** A day is ten characters, and a day with a time six more: `2026-12-01T09:00`. */
const DAY_LENGTH = 10

const form = /^((?:19[7-9]\d|[2-9]\d{3})-(\d\d)-(\d\d))(?:T(?:[01]\d|2[0-3]):[0-5]\d)?$/

/** Whether a text is a `due`: a real day of the years 1970 to 9999, or such a day and a time on the clock. */
export function isDue(text: string): boolean {
  const [, day, month, date] = form.exec(text) ?? []
  if (day === undefined) return false
  const time = new Date(`${day}T00:00:00Z`)
  return time.getUTCMonth() + 1 === Number(month) && time.getUTCDate() === Number(date)
}

export function hasTime(due: string): boolean {
  return due.length > DAY_LENGTH
}
