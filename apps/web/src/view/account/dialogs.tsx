import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'

/** The dialog of the account menu that is open. */
export function AccountDialogs({ app }: { app: App; workspace: Workspace }) {
  const dialog = app.dialog.value
  if (dialog === undefined) return null
  return (
    <Dialog title={texts.account[dialog]} onClose={() => app.open(undefined)}>
      <p>{texts.account[dialog]}</p>
    </Dialog>
  )
}
