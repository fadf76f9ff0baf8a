/** Whose tasks this device holds. */
export interface Account {
  id: string
  /** Unknown with an outside issuer. */
  email?: string
}

/** Remembers the account between visits, so that its tasks are there without a network. */
export interface AccountStore {
  read(): Account | undefined
  write(account: Account | undefined): void
}
