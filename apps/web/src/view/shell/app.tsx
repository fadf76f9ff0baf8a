import { useComputed } from '@preact/signals'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import { AccountDialogs } from '../account/dialogs.tsx'
import { EntryPage } from '../account/entry-page.tsx'
import { SessionEnded } from '../account/session-ended.tsx'
import { Layout } from './layout.tsx'

/** Either the way in, or the tasks of the person who is. */
export function AppView({ app }: { app: App }) {
  const kind = useComputed(() => app.session.state.value.kind).value
  const workspace = app.workspace.value
  if (kind === 'signed-out') return <EntryPage app={app} />
  if (kind === 'starting' || workspace === undefined) return <Opening />
  return (
    <>
      <Layout app={app} workspace={workspace} />
      <AccountDialogs app={app} workspace={workspace} />
      <SessionEnded app={app} workspace={workspace} />
    </>
  )
}

function Opening() {
  return (
    <main class="opening">
      <p role="status">{texts.shell.loading}</p>
    </main>
  )
}
