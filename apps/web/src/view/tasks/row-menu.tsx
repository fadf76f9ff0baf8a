import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Icon } from '../shell/icon.tsx'
import { Menu } from '../shell/menu.tsx'

export function RowMenu({ task: { id, title }, workspace }: { task: Task; workspace: Workspace }) {
  const { tasks } = texts
  const { verbs, asked, editing, board } = workspace
  const move = (by: 1 | -1) =>
    void verbs.move(
      id,
      by,
      board.rows.value.map(({ task }) => task.id),
    )
  const ask = (kind: 'due' | 'priority' | 'tags') => {
    asked.value = { kind, ids: [id] }
  }
  return (
    <Menu
      label={tasks.more}
      heading={title}
      button={<Icon name="more" />}
      items={[
        {
          name: tasks.edit,
          run: () => {
            editing.value = id
          },
        },
        { name: tasks.due, run: () => ask('due') },
        { name: tasks.priority, run: () => ask('priority') },
        { name: tasks.tags, run: () => ask('tags') },
        { name: tasks.moveUp, run: () => move(-1) },
        { name: tasks.moveDown, run: () => move(1) },
        { name: tasks.delete, run: () => void verbs.remove([id]), isDangerous: true },
      ]}
    />
  )
}
