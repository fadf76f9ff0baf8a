import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Task } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** The title, edited in its place: Enter keeps it, Escape leaves it. */
export function TitleField({ task, workspace }: { task: Task; workspace: Workspace }) {
  const { editing, selection, verbs } = workspace
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => input.current?.select(), [])
  const end = (text: string) => {
    if (editing.value !== task.id) return
    editing.value = undefined
    const title = text.trim()
    if (title !== '' && title !== task.title) void verbs.change([task.id], { title })
    selection.focus(task.id)
  }
  return (
    <input
      ref={input}
      class="title-field"
      aria-label={texts.tasks.title}
      defaultValue={task.title}
      maxLength={400}
      dir="auto"
      onBlur={({ currentTarget }) => end(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') end(event.currentTarget.value)
        else if (event.key === 'Escape') end(task.title)
        else return
        event.preventDefault()
      }}
    />
  )
}
