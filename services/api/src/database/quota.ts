import { AppError } from '../errors.ts'

/** Of someone who may have any number of tasks. */
export const NO_QUOTA = Number.MAX_SAFE_INTEGER
export const DEFAULT_QUOTA = 100_000

/**
 * An SQL expression for the statement that counts new tasks: 0 while the user's tasks, the trash and `added` included,
 * are at most `quota`; else it fails, which undoes the whole transaction. It is judged under the lock of the list's
 * row, so that no two writes can both take the last place.
 *
 * The trash counts, for it is kept as long: otherwise creating and deleting would fill the disk.
 */
export function withinQuota(added: string, quota: string): string {
  return `sqrt(least(0, ${quota}::bigint - task_count - trash_count - ${added})::float8)::bigint`
}

export function quotaExceeded(quota: number): AppError {
  return new AppError(
    'quota_exceeded',
    `You may have ${quota} tasks, those in the trash included: delete some for good first`,
  )
}

/** What a statement failed with, as the caller may see it, if that was the quota; else the error itself. */
export function quotaError(error: unknown, quota: number): unknown {
  return isPastQuota(error) ? quotaExceeded(quota) : error
}

/** How a square root of less than nothing fails: PostgreSQL appendix A, invalid_argument_for_power_function. */
function isPastQuota(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '2201F'
}
