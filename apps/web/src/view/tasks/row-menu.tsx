import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Menu, type MenuItem } from '../shell/menu.tsx'

export function RowMenu({ task: { id, title }, workspace }: { task: Task; workspace: Workspace }) {
  return (
    <Menu
      label={texts.tasks.more}
      heading={title}
      button={<span class="dots" />}
      items={() => itemsOf(id, workspace)}
    />
  )
}

function itemsOf(id: string, { verbs, asked, editing, board, selection }: Workspace): MenuItem[] {
  const { tasks } = texts
  const move = (by: 1 | -1) => {
    const shown = board.rows.value.tasks.map((task) => task.id)
    void verbs.move(selection.with(id), by, shown)
  }
  const ask = (kind: 'due' | 'priority' | 'tags') => {
    asked.value = { kind, ids: [id] }
  }
  const edit = () => {
    editing.value = id
  }
  return [
    { name: tasks.edit, run: edit },
    { name: tasks.due, run: () => ask('due') },
    { name: tasks.priority, run: () => ask('priority') },
    { name: tasks.tags, run: () => ask('tags') },
    { name: tasks.moveUp, run: () => move(-1) },
    { name: tasks.moveDown, run: () => move(1) },
    { name: tasks.delete, run: () => void verbs.remove([id]), isDangerous: true },
  ]
}
