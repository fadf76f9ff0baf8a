import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { AccountMenu } from '../account/account-menu.tsx'
import { TasksView } from '../tasks/tasks-view.tsx'
import { Brand } from './brand.tsx'
import { Navigation } from './navigation.tsx'
import { NetworkStatus } from './network-status.tsx'

/** The frame around every view: who, where, and the view itself. */
export function Layout({ app, workspace }: { app: App; workspace: Workspace }) {
  return (
    <div class="layout">
      <a class="skip" href="#main">
        {texts.shell.skip}
      </a>
      <header class="bar">
        <Brand />
        <AccountMenu app={app} />
      </header>
      <Navigation router={app.router} workspace={workspace} />
      <main id="main" class="content" tabIndex={-1}>
        <NetworkStatus workspace={workspace} />
        <TasksView app={app} workspace={workspace} />
      </main>
    </div>
  )
}
