import { DEFAULT_QUOTA, quotaExceeded } from '../database/quota.ts'
import { problems } from '../http/contract/problem-schema.ts'
import { idempotencyHeaders, keyReused } from '../idempotency/idempotently.ts'
import { absent, notATask } from './queries.ts'
import { Batch, BatchResult } from './schema.ts'

export const batchTasks = {
  tags: ['tasks'],
  summary: 'Create, change and delete many tasks, all or nothing',
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
      absent([{ in: 'body', path: '/operations/2/id', message: notATask }]),
    ),
  },
}
