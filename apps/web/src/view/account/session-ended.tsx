import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { TokenForm } from './token-form.tsx'

/** Over the tasks, which stay as they are with all that was typed, until there is a session again. */
export function SessionEnded({ app, workspace }: { app: App; workspace: Workspace }) {
  const { account: words } = texts
  const state = app.session.state.value
  const unsent = workspace.unsent.value
  if (state.kind !== 'signed-in' || !state.isDead) return null
  return (
    <Dialog title={words.signIn} isLocked onClose={() => undefined}>
      {state.issuer === 'outside' ? (
        <TokenForm app={app} />
      ) : (
        <>
          <p>{words.ended}</p>
          <CredentialsForm app={app} purpose="signIn" email={state.account.email} />
        </>
      )}
      <p class="other-way">
        {unsent > 0 && `${words.signOutUnsent(unsent)}. `}
        <button type="button" class="link" onClick={() => app.forget()}>
          {unsent > 0 ? words.signOutLose : words.signOut}
        </button>
      </p>
    </Dialog>
  )
}
