/** What one run of one load found. Times in milliseconds, CPU in microseconds a request. */
export interface Sample {
  requestsPerSecond: number
  p50: number
  p95: number
  p99: number
  apiCpu: number
  databaseCpu: number
}

const fields = ['requestsPerSecond', 'p50', 'p95', 'p99', 'apiCpu', 'databaseCpu'] as const

export function medianOf(samples: readonly Sample[]): Sample {
  const result: Sample = { requestsPerSecond: 0, p50: 0, p95: 0, p99: 0, apiCpu: 0, databaseCpu: 0 }
  for (const field of fields) result[field] = median(samples.map((sample) => sample[field]))
  return result
}

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}
