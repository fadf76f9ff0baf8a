import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import { problems } from '../http/contract/problem-schema.ts'
import { idempotencyHeaders, keyReused } from '../idempotency/idempotently.ts'
import { batchRefusal } from './refusal.ts'
import { Batch, BatchResult } from './schema.ts'

export const batchTasks = {
  tags: ['tasks'],
  summary: 'Create, change, move and delete many tasks, all or nothing',
  operationId: 'batchTasks',
  body: Batch,
  headers: idempotencyHeaders,
  response: {
    200: BatchResult,
    ...problems(
      413,
      415,
      keyReused(),
      quotaExceeded(DEFAULT_QUOTA),
      batchRefusal('not_found', ['/operations/2/id']),
      batchRefusal('conflict', ['/operations/0/id']),
      batchRefusal('precondition_failed', ['/operations/1/if_match']),
    ),
  },
}
