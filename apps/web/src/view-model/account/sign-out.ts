import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { texts } from '../../texts/texts.ts'
import type { App } from '../app.ts'
import type { Workspace } from '../tasks/workspace.ts'

/** `asking`: whether to wait for what is unsent. `waiting`: until it is sent. `leaving`: the session ends. */
export type SignOutPhase = 'asking' | 'waiting' | 'leaving'

export interface SignOut {
  readonly phase: ReadonlySignal<SignOutPhase>
  readonly trouble: ReadonlySignal<string | undefined>
  sendFirst(): void
  leave(): Promise<void>
  /** The person has thought better of it. */
  stop(): void
}

/** Signs out as soon as everything is sent; without a network it asks whether to wait for that. */
export function createSignOut(app: App, workspace: Workspace): SignOut {
  const phase = signal<SignOutPhase>(workspace.isOffline.peek() ? 'asking' : 'waiting')
  const trouble = signal<string | undefined>(undefined)
  const leave = async () => {
    if (phase.peek() === 'leaving') return
    phase.value = 'leaving'
    trouble.value = undefined
    await app.signOut().catch(() => {
      trouble.value = texts.account.signOutOffline
      phase.value = 'asking'
    })
  }
  if (workspace.unsent.peek() === 0) void leave()
  const stop = effect(() => {
    if (phase.value === 'waiting' && workspace.unsent.value === 0) void leave()
  })
  return {
    phase,
    trouble,
    sendFirst() {
      phase.value = 'waiting'
      workspace.wake()
    },
    leave,
    stop,
  }
}
