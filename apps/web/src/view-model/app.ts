import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { createClient } from '@tasklane/client'
import type { Locks } from '@tasklane/client/replica'
import type { Account } from '../model/account/account.ts'
import { type OwnData, ownDataAt } from '../model/account/own-data.ts'
import type { Appearance } from '../model/appearance.ts'
import type { Router } from './router.ts'
import type { Session } from './session.ts'
import { openWorkspace, type Workspace } from './tasks/workspace.ts'

/** The dialogs of the account menu. */
export const accountDialogs = [
  'export',
  'import',
  'changePassword',
  'sessions',
  'appearance',
  'shortcuts',
  'signOut',
  'delete',
] as const
export type AccountDialog = (typeof accountDialogs)[number]

/** The whole app, as its views see it. */
export interface App {
  readonly session: Session
  readonly router: Router
  readonly workspace: ReadonlySignal<Workspace | undefined>
  readonly appearance: Signal<Appearance>
  /** The dialog of the account menu that is open. */
  readonly dialog: ReadonlySignal<AccountDialog | undefined>
  open(dialog: AccountDialog | undefined): void
  /** What the account menu does with everything that is the person's. */
  readonly ownData: OwnData
  /** Hands a file to the person. */
  download(content: Blob, name: string): void
  /** Ends the session, and deletes what this device holds of the account. */
  signOut(): Promise<void>
  /** The same where the session is gone already. */
  forget(): Promise<void>
}

export interface AppPorts {
  session: Session
  router: Router
  appearance: Signal<Appearance>
  /** By which one tab of several sends. */
  locks: Locks
  origin: string
  download(content: Blob, name: string): void
}

export function createApp({ session, router, appearance, locks, origin, download }: AppPorts): App {
  const workspace = signal<Workspace | undefined>(undefined)
  const dialog = signal<AccountDialog | undefined>(undefined)
  const client = createClient({
    baseUrl: origin,
    token: () => session.token(),
    fetch: session.authorized,
  })
  keepWorkspace(session, workspace, (account) => openWorkspace({ client, account, router, locks }))
  effect(() => {
    const isIn = session.state.value.kind === 'signed-in'
    const { view } = router.route.value
    if (isIn && (view === 'sign-in' || view === 'create-account'))
      router.go(router.view.value, { replace: true })
  })
  // The other tabs hear of it first: the stores cannot be deleted while one of them has them open.
  const forget = async () => {
    const left = workspace.value
    session.forget()
    workspace.value = undefined
    dialog.value = undefined
    appearance.value = 'system'
    router.go({ view: 'sign-in' }, { replace: true })
    await left?.destroy()
  }
  return {
    session,
    router,
    workspace,
    appearance,
    dialog,
    open(next) {
      dialog.value = next
    },
    download,
    ownData: ownDataAt(origin, session),
    async signOut() {
      await session.revoke()
      await forget()
    },
    forget,
  }
}

/** Opens the tasks of the account that is signed in, and closes them when it is so no more. */
function keepWorkspace(
  session: Session,
  workspace: Signal<Workspace | undefined>,
  openFor: (account: Account) => Promise<Workspace>,
): void {
  let openId: string | undefined
  effect(() => {
    const state = session.state.value
    const id = state.kind === 'signed-in' ? state.account.id : undefined
    if (state.kind === 'signed-in' && !state.isDead && id === openId) workspace.peek()?.wake()
    if (id === openId) return
    openId = id
    if (state.kind !== 'signed-in') return
    void openFor(state.account).then((opened) => {
      if (openId === id) workspace.value = opened
      else void opened.close()
    })
  })
}
