import { TasklaneError } from '@tasklane/client'
import type { Account } from './account.ts'
import type { Ask } from './ask.ts'

export interface Credentials {
  email: string
  password: string
}

export interface OpenSession {
  id: string
  createdAt: string
  lastUsedAt: string
  /** Whether it is the one that asks. */
  isCurrent: boolean
}

export type Minted = { kind: 'token'; token: string } | { kind: 'no-session' } | { kind: 'no-issuer' }

/** The built-in issuer, as the contract has it under `/auth`. */
export function issuerAt(ask: Ask) {
  const enter = async (path: string, credentials: Credentials): Promise<Account> => {
    const answer = await ask(path, { method: 'POST', body: credentials })
    const { id, email } = fieldsOf(fieldsOf(answer).user)
    return { id: String(id), email: String(email) }
  }
  return {
    signIn: (credentials: Credentials) => enter('/auth/sign-in/email', credentials),
    signUp: (credentials: Credentials) => enter('/auth/sign-up/email', credentials),
    async signOut(): Promise<void> {
      await ask('/auth/sign-out', { method: 'POST' }).catch(ignoreStatus(401))
    },
    /** A token for the session of the cookie. `no-issuer`: with an outside one, there is no `/auth`. */
    async mint(): Promise<Minted> {
      try {
        return { kind: 'token', token: String(fieldsOf(await ask('/auth/token')).token) }
      } catch (error) {
        if (!(error instanceof TasklaneError)) throw error
        if (error.status === 401) return { kind: 'no-session' }
        if (error.status === 404) return { kind: 'no-issuer' }
        throw error
      }
    },
    /** The other sessions of the account end. */
    async changePassword(current: string, next: string): Promise<void> {
      await ask('/auth/password', {
        method: 'POST',
        body: { current_password: current, new_password: next },
      })
    },
    async sessions(): Promise<OpenSession[]> {
      const { data } = fieldsOf(await ask('/auth/sessions'))
      return Array.isArray(data) ? data.map(openSessionOf) : []
    },
    async endSession(id: string): Promise<void> {
      await ask(`/auth/sessions/${id}`, { method: 'DELETE' }).catch(ignoreStatus(404))
    },
    async endOtherSessions(): Promise<void> {
      await ask('/auth/sessions', { method: 'DELETE' })
    },
    /** Whether anybody may make an account, as the API's description says. */
    async takesAccounts(): Promise<boolean> {
      return '/auth/sign-up/email' in fieldsOf(fieldsOf(await ask('/openapi.json')).paths)
    },
  }
}

export type Issuer = ReturnType<typeof issuerAt>

function openSessionOf(value: unknown): OpenSession {
  const { id, created_at, last_used_at, is_current } = fieldsOf(value)
  return {
    id: String(id),
    createdAt: String(created_at),
    lastUsedAt: String(last_used_at),
    isCurrent: is_current === true,
  }
}

/** Of an answer of the API, whose fields the contract names. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function ignoreStatus(status: number) {
  return (error: unknown) => {
    if (!(error instanceof TasklaneError && error.status === status)) throw error
  }
}
