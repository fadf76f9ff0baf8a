import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Route } from '../../view-model/router.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

export function TasksView({ app }: { app: App; workspace: Workspace }) {
  return <h1 dir="auto">{nameOf(app.router.view.value)}</h1>
}

function nameOf(route: Route): string {
  const { views } = texts
  if (route.view === 'tag') return route.tag
  return route.view in views && route.view !== 'unknown' ? views[route.view as keyof typeof views] : views.all
}
