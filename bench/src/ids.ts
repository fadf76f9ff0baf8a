/** The id of a numbered user or task: the number's digits. pgbench and load.lua make the same ones. */
export function numberedId(number: number): string {
  const digits = String(number).padStart(32, '0')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function taskNumber(user: number, task: number): number {
  return user * 1_000_000 + task
}
