import type { Account, AccountStore } from '../model/account/account.ts'

const KEY = 'tasklane.account'

/** In local storage, which tells the other tabs of a change. */
export function openAccountStore(storage: Storage): AccountStore {
  return {
    read: () => accountOf(storage.getItem(KEY)),
    write(account) {
      if (account === undefined) storage.removeItem(KEY)
      // With the time, since other tabs hear only of a change.
      else storage.setItem(KEY, JSON.stringify({ ...account, at: Date.now() }))
    },
  }
}

/** Calls back when another tab signs in again, or out. */
export function watchOtherTabs(listener: (account: Account | undefined) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY || key === null) listener(accountOf(newValue))
  })
}

function accountOf(text: string | null): Account | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
    if (typeof value.id !== 'string') return undefined
    const email = 'email' in value && typeof value.email === 'string' ? value.email : undefined
    return { id: value.id, ...(email !== undefined && { email }) }
  } catch {
    return undefined
  }
}
