import { useEffect, useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { createSignOut } from '../../view-model/account/sign-out.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** Offers to wait for what is unsent: signing out deletes what this device holds. */
export function SignOutDialog({ app, workspace }: { app: App; workspace: Workspace }) {
  const { account: words, shell } = texts
  const signOut = useMemo(() => createSignOut(app, workspace), [app, workspace])
  useEffect(() => signOut.stop, [signOut])
  const phase = signOut.phase.value
  const unsent = workspace.unsent.value
  if (phase === 'leaving') return <p role="status">{words.signingOut}</p>
  return (
    <>
      <p role="status">
        {phase === 'waiting' ? words.signOutWaiting(unsent) : unsent > 0 && words.signOutUnsent(unsent)}
      </p>
      <p>{words.signOutUnsentNote}</p>
      <p class="fault" role="alert">
        {signOut.trouble.value}
      </p>
      <div class="actions">
        <button type="button" class="primary" disabled={phase === 'waiting'} onClick={signOut.sendFirst}>
          {unsent > 0 ? words.signOutWait : words.signOut}
        </button>
        {unsent > 0 && (
          <button type="button" onClick={signOut.leave}>
            {words.signOutLose}
          </button>
        )}
        <button type="button" onClick={() => app.open(undefined)}>
          {shell.cancel}
        </button>
      </div>
    </>
  )
}
