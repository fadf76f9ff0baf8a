import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DueFields } from './due-fields.tsx'
import { PlanFields } from './plan-fields.tsx'

/** The task that the address names, open over its view. */
export function TaskDialog({ app, workspace }: { app: App; workspace: Workspace }) {
  const route = app.router.route.value
  if (route.view !== 'task') return null
  const task = workspace.state.value.tasks.get(route.id)
  const close = () => {
    app.router.close()
    if (task !== undefined) workspace.selection.focus(task.id)
  }
  if (task === undefined) {
    if (!workspace.state.value.complete) return null
    return (
      <Dialog title={texts.shell.notFound} onClose={close}>
        <p>{texts.tasks.notFound}</p>
      </Dialog>
    )
  }
  return (
    <Dialog key={task.id} title={task.title} onClose={close}>
      <TaskFields task={task} workspace={workspace} onDone={close} />
    </Dialog>
  )
}

interface Props {
  task: Task
  workspace: Workspace
  onDone: () => void
}

/**
 * Each field is kept as it is left. What is being typed is the field's own: a value that came with each drawing would
 * put the text of before over it whenever a change of another field or device is drawn.
 */
function TaskFields({ task, workspace, onDone }: Props) {
  const { tasks } = texts
  const { verbs } = workspace
  const keepTitle = (text: string) => {
    const title = text.trim()
    if (title !== '' && title !== task.title) void verbs.change([task.id], { title })
  }
  return (
    <div class="form task-form">
      <p class="field">
        <label for="task-title">{tasks.title}</label>
        <input
          id="task-title"
          autofocus
          defaultValue={task.title}
          maxLength={400}
          dir="auto"
          onChange={({ currentTarget }) => keepTitle(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.isComposing) return
            keepTitle(event.currentTarget.value)
            onDone()
          }}
        />
      </p>
      <DescriptionField task={task} workspace={workspace} />
      <DueFields task={task} workspace={workspace} />
      <PlanFields task={task} workspace={workspace} />
    </div>
  )
}

function DescriptionField({ task, workspace: { verbs } }: { task: Task; workspace: Workspace }) {
  return (
    <p class="field">
      <label for="task-description">{texts.tasks.description}</label>
      <textarea
        id="task-description"
        rows={4}
        maxLength={2000}
        dir="auto"
        defaultValue={task.description ?? ''}
        onChange={({ currentTarget: { value } }) =>
          void verbs.change([task.id], { description: value === '' ? null : value })
        }
      />
    </p>
  )
}
