import { useEffect } from 'preact/hooks'
import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { EmptyState } from './empty-state.tsx'
import { ListContainer } from './list-container.tsx'
import { virtualizerOf } from './virtualizer.ts'

const Virtualizer = virtualizerOf<Task>()

export function TrashView({ workspace }: { workspace: Workspace }) {
  const { trash, asked, state } = workspace
  const deleted = trash.tasks.value
  const { deleted: known, unsent } = state.value
  useEffect(() => void trash.look(), [trash, known.size, unsent === 0])
  if (deleted.length === 0) return <EmptyState route={{ view: 'trash' }} workspace={workspace} />
  return (
    <>
      <p class="tools">
        <button
          type="button"
          class="dangerous"
          onClick={() => {
            asked.value = { kind: 'emptyTrash' }
          }}
        >
          {texts.tasks.emptyTrash}
        </button>
      </p>
      <Virtualizer as={ListContainer} item="li" data={deleted}>
        {(task) => <TrashItem key={task.id} task={task} workspace={workspace} />}
      </Virtualizer>
      {trash.hasMore.value && (
        <p class="tools">
          <button type="button" onClick={() => void trash.more()}>
            {texts.tasks.showMore}
          </button>
        </p>
      )}
    </>
  )
}

function TrashItem({ task, workspace: { trash, verbs } }: { task: Task; workspace: Workspace }) {
  const { tasks } = texts
  return (
    <div class="task">
      <span class="task-title" dir="auto">
        {task.title}
      </span>
      <button type="button" class="quiet wanted" onClick={() => void verbs.restore(task)}>
        {tasks.restore}
      </button>
      <button type="button" class="quiet dangerous" onClick={() => void trash.purge(task)}>
        {tasks.deleteForGood}
      </button>
    </div>
  )
}
