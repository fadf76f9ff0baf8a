import type { Tally } from '../backup/format.ts'

const INTERVAL_MILLISECONDS = 1_000

/** Tells on standard error, each second, how many rows there are by now. */
export async function withProgress<T>(tally: Tally, work: () => Promise<T>): Promise<T> {
  const tell = () => process.stderr.write(`${rows(tally)} so far\n`)
  const timer = setInterval(tell, INTERVAL_MILLISECONDS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

export function rows({ count }: Tally): string {
  return `${count.toLocaleString('en')} rows`
}
