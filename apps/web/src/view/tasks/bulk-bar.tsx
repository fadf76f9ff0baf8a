import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** What can be done with the chosen tasks, all at once. */
export function BulkBar({ workspace }: { workspace: Workspace }) {
  const { selection, verbs, asked } = workspace
  const { size } = selection.chosen.value
  const { tasks } = texts
  if (size === 0) return null
  const ids = selection.targets
  const ask = (kind: 'due' | 'priority' | 'tags') => () => {
    asked.value = { kind, ids }
  }
  return (
    <fieldset class="bulk" aria-label={tasks.selected(size)}>
      <span>{tasks.selected(size)}</span>
      <button type="button" class="quiet" onClick={() => void verbs.complete(ids)}>
        {tasks.complete}
      </button>
      <button type="button" class="quiet" onClick={ask('due')}>
        {tasks.due}
      </button>
      <button type="button" class="quiet" onClick={ask('priority')}>
        {tasks.priority}
      </button>
      <button type="button" class="quiet" onClick={ask('tags')}>
        {tasks.tags}
      </button>
      <button type="button" class="quiet" onClick={() => void verbs.remove(ids)}>
        {tasks.delete}
      </button>
      <button type="button" class="quiet" onClick={() => selection.clear()}>
        {tasks.clearSelection}
      </button>
    </fieldset>
  )
}
