import { type ReadonlySignal, signal } from '@preact/signals'
import type { TasklaneClient } from '@tasklane/client'
import type { Account } from '../../model/account/account.ts'
import type { Router } from '../router.ts'

/** A signed-in person's tasks, from sign-in to sign-out. */
export interface Workspace {
  /** How many changes the API has not acknowledged yet. */
  readonly unsent: ReadonlySignal<number>
  readonly isOffline: ReadonlySignal<boolean>
  readonly navigation: ReadonlySignal<Navigation>
  /** Asks the API now: the network is back, or the session is. */
  wake(): void
  close(): Promise<void>
  /** Closes it, and deletes what this device holds of the account. */
  destroy(): Promise<void>
}

/** What the links to the views say beside their names. */
export interface Navigation {
  counts: {
    readonly all?: number
    readonly today?: number
    readonly upcoming?: number
    readonly trash?: number
  }
  tags: readonly { tag: string; count: number }[]
}

export interface WorkspaceOptions {
  client: TasklaneClient
  account: Account
  router: Router
}

export async function openWorkspace(_options: WorkspaceOptions): Promise<Workspace> {
  return {
    unsent: signal(0),
    isOffline: signal(false),
    navigation: signal({ counts: {}, tags: [] }),
    wake() {},
    async close() {},
    async destroy() {},
  }
}
