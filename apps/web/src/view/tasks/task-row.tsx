import { priorityLevel, type Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { DragHandle } from './drag-handle.tsx'
import { RowMenu } from './row-menu.tsx'
import { TaskFacts } from './task-facts.tsx'
import { TitleField } from './title-field.tsx'

interface Props {
  task: Task
  /** Above it, where it is the first of a section. */
  heading: string | undefined
  app: App
  workspace: Workspace
}

export function TaskRow({ task, heading, app, workspace }: Props) {
  const { selection, verbs, board } = workspace
  const isChosen = selection.chosen.value.has(task.id)
  const level = priorityLevel(task.priority)
  return (
    <>
      {heading !== undefined && <SectionHeading heading={heading} workspace={workspace} />}
      <div
        class={['task', level, task.completed && 'done', isChosen && 'chosen'].filter(Boolean).join(' ')}
        data-task={task.id}
        onFocusIn={() => {
          selection.current.value = task.id
        }}
      >
        {board.order.value === 'hand' && <DragHandle id={task.id} workspace={workspace} />}
        <input
          type="checkbox"
          class="check"
          aria-label={task.title}
          checked={task.completed}
          onClick={(event) => {
            event.preventDefault()
            void verbs.complete([task.id], !task.completed)
          }}
        />
        <TaskTitle task={task} app={app} workspace={workspace} />
        <TaskFacts task={task} board={board} />
        <RowMenu task={task} workspace={workspace} />
      </div>
    </>
  )
}

function TaskTitle({ task, app, workspace }: { task: Task; app: App; workspace: Workspace }) {
  const { editing, selection } = workspace
  if (editing.value === task.id) return <TitleField task={task} workspace={workspace} />
  const chosen = selection.chosen.value
  return (
    <button
      type="button"
      class="task-title"
      aria-pressed={chosen.size > 0 ? chosen.has(task.id) : undefined}
      onClick={(event) => openOrChoose(event, task.id, app, workspace)}
    >
      <span dir="auto">{task.title}</span>
    </button>
  )
}

function openOrChoose(event: MouseEvent, id: string, app: App, { selection }: Workspace): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) selection.toggle(id)
  else app.router.go({ view: 'task', id })
}

function SectionHeading({ heading, workspace }: { heading: string; workspace: Workspace }) {
  const { tasks } = texts
  const { board, verbs } = workspace
  const isOverdue = heading === 'overdue'
  const overdue = board.sections.value.find((section) => section.heading === heading)?.tasks ?? []
  const moveAll = () =>
    void verbs.schedule(
      overdue.map(({ id }) => id),
      'today',
    )
  return (
    <div class={isOverdue ? 'section overdue' : 'section'}>
      <h2>{isOverdue ? tasks.overdue : board.words.value.heading(heading)}</h2>
      {isOverdue && (
        <button type="button" class="link" onClick={moveAll}>
          {tasks.moveAllToToday}
        </button>
      )}
    </div>
  )
}
