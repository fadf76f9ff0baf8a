import { useComputed } from '@preact/signals'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Route } from '../../view-model/router.ts'
import { listenToKeys } from '../../view-model/tasks/keys.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { AskedDialog } from './asked-dialog.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { QuickAdd } from './quick-add.tsx'
import { SearchBox } from './search-box.tsx'
import { TaskDialog } from './task-dialog.tsx'
import { TaskList } from './task-list.tsx'
import { Toast } from './toast.tsx'
import { TrashView } from './trash-view.tsx'
import { Troubles } from './troubles.tsx'
import { ViewTools } from './view-tools.tsx'

export interface Props {
  app: App
  workspace: Workspace
}

export function TasksView({ app, workspace }: Props) {
  // Before the first frame: a key that follows the sight of the page is heard.
  useLayoutEffect(() => listenToKeys(app, workspace, { focusQuickAdd, focusSearch }), [app, workspace])
  // Not drawn anew for a letter of a search, which changes the address alone.
  const name = useComputed(() => nameOf(app.router.view.value)).value
  const view = useComputed(() => app.router.view.value.view).value
  useEffect(keepFocus, [name])
  return (
    <>
      <header class="view-head">
        <h1 dir="auto">{name}</h1>
        <SearchBox router={app.router} board={workspace.board} />
      </header>
      {canAdd(view) && <QuickAdd workspace={workspace} />}
      <Troubles workspace={workspace} />
      {view === 'trash' ? (
        <TrashView workspace={workspace} />
      ) : (
        <>
          <ViewTools router={app.router} workspace={workspace} />
          <TaskList key={name} app={app} workspace={workspace} />
        </>
      )}
      <BulkBar workspace={workspace} />
      <Toast workspace={workspace} />
      <AskedDialog workspace={workspace} />
      <TaskDialog app={app} workspace={workspace} />
    </>
  )
}

/** The row that had the focus may have left with its view. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.getElementById('main')?.focus()
}

function canAdd(view: Route['view']): boolean {
  return view !== 'trash' && view !== 'completed' && view !== 'search'
}

function nameOf(route: Route): string {
  const { views } = texts
  if (route.view === 'tag') return route.tag
  return route.view in views && route.view !== 'unknown' ? views[route.view as keyof typeof views] : views.all
}

function focusQuickAdd(): void {
  document.querySelector<HTMLInputElement>('.quick-add input')?.focus()
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('.search input')?.focus()
}
