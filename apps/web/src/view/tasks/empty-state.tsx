import { texts } from '../../texts/texts.ts'
import type { Route } from '../../view-model/router.ts'
import { singleKeys } from '../../view-model/tasks/keys.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** Says what belongs here and how it gets here. */
export function EmptyState({ route, workspace }: { route: Route; workspace: Workspace }) {
  const { empty, emptyByKeys, loading } = texts.tasks
  if (!workspace.state.value.complete && !workspace.isOffline.value) return <p class="empty">{loading}</p>
  const [title, how] = route.view in empty ? empty[route.view as keyof typeof empty] : empty.all
  const byKeys = route.view in emptyByKeys && emptyByKeys[route.view as keyof typeof emptyByKeys]
  if (route.view === 'search' && route.query === '') return <p class="empty">{texts.tasks.searchHint}</p>
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{how}</p>
      {byKeys && singleKeys.value && <p class="by-keys">{byKeys}</p>}
    </div>
  )
}
