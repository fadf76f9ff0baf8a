import { giving, type Statement } from '../database/statement.ts'

export const tagStatements = {
  /** Looks at the live tasks that carry a tag, and at no other. */
  list: giving<{ tag: string; open_count: number }>({
    name: 'tags_list',
    text: `
      select tag collate "C" as tag, count(*) filter (where not t.completed) as open_count
      from tasks t, unnest(t.tags) as tag
      where t.user_id = $1 and not t.is_deleted and t.tags is not null
      group by 1 order by 1 limit $2`,
  }),
} satisfies Record<string, Statement>
