import { giving, type Statement } from '../database/statement.ts'

export const batchStatements = {
  /** Which of the ids $2 the user has already, live or deleted, or had and purged within the retention. */
  taken: giving<{ id: string }>({
    name: 'batch_taken',
    text: `
      select id from tasks where user_id = $1 and id = any($2::uuid[])
      union all
      select id from purged_tasks where user_id = $1 and id = any($2::uuid[])`,
  }),
} satisfies Record<string, Statement>
