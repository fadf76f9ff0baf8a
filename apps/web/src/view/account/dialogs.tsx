import type { ComponentType } from 'preact'
import { texts } from '../../texts/texts.ts'
import type { AccountDialog, App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'
import { ShortcutsDialog } from '../tasks/shortcuts-dialog.tsx'
import { AppearanceDialog } from './appearance-dialog.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { SessionsDialog } from './sessions-dialog.tsx'
import { SignOutDialog } from './sign-out-dialog.tsx'

interface Props {
  app: App
  workspace: Workspace
}

const contents: Partial<Record<AccountDialog, ComponentType<Props>>> = {
  export: ExportDialog,
  import: ImportDialog,
  changePassword: PasswordDialog,
  sessions: SessionsDialog,
  appearance: AppearanceDialog,
  shortcuts: ShortcutsDialog,
  signOut: SignOutDialog,
  delete: DeleteDialog,
}

/** The dialog of the account menu that is open. */
export function AccountDialogs({ app, workspace }: Props) {
  const dialog = app.dialog.value
  const Content = dialog === undefined ? undefined : contents[dialog]
  if (dialog === undefined || Content === undefined) return null
  return (
    <Dialog key={dialog} title={texts.account[dialog]} onClose={() => app.open(undefined)}>
      <Content app={app} workspace={workspace} />
    </Dialog>
  )
}
