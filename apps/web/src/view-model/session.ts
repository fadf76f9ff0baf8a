import { computed, signal } from '@preact/signals'
import { TasklaneError } from '@tasklane/client'
import type { Account, AccountStore } from '../model/account/account.ts'
import { type Ask, asker, type Fetch } from '../model/account/ask.ts'
import { type Credentials, fieldsOf, type Issuer, issuerAt } from '../model/account/issuer.ts'
import { type HeldToken, hold, subjectOf } from '../model/account/token.ts'

export type SessionState =
  | { kind: 'starting' }
  | { kind: 'signed-out'; issuer: 'built-in' | 'outside' | 'unreachable' }
  /** `isDead`: the account's tasks are here, but the session is over; nothing is sent until a new one. */
  | { kind: 'signed-in'; account: Account; issuer: 'built-in' | 'outside'; isDead: boolean }

export interface SessionPorts {
  fetch: Fetch
  now: () => number
  accounts: AccountStore
}

/** Another account than the one whose tasks are on this device. */
export class OtherAccount extends Error {
  readonly expected: Account

  constructor(expected: Account) {
    super('The session is of another account')
    this.expected = expected
  }
}

/** Who is signed in, and the access token, which is held in memory alone and renewed before it ends. */
export class Session {
  readonly #state = signal<SessionState>({ kind: 'starting' })
  readonly state = computed(() => this.#state.value)
  readonly ask: Ask
  readonly issuer: Issuer
  readonly #ports: SessionPorts
  #held: HeldToken | undefined
  #renewal: Promise<string> | undefined
  /** Counts the entries and the exits: an answer that was asked for before the last one is of no account any more. */
  #turn = 0

  constructor(ports: SessionPorts) {
    this.#ports = ports
    this.ask = asker(ports.fetch)
    this.issuer = issuerAt(this.ask)
  }

  /** Opens what this device remembers at once, and asks for a token behind it. */
  async start(): Promise<void> {
    const remembered = this.#ports.accounts.read()
    if (remembered !== undefined) this.#open(remembered, 'built-in')
    await this.token().catch(() => {
      // A refusal has decided it; else the service is away, and nobody is remembered whose tasks could be shown.
      if (this.#state.value.kind !== 'starting') return
      this.#state.value = { kind: 'signed-out', issuer: 'unreachable' }
    })
  }

  /**
   * An access token that is valid for some time to come.
   *
   * @throws {TasklaneError} `unauthenticated` while there is no session
   * @throws {TypeError} while the network is away
   */
  async token(): Promise<string> {
    const held = this.#held
    if (held !== undefined && this.#ports.now() < held.renewAt) return held.token
    const state = this.#state.value
    if (state.kind === 'signed-in' && state.isDead) throw noSession()
    if (this.#renewal !== undefined) return this.#renewal
    const renewal = this.#renew().finally(() => {
      if (this.#renewal === renewal) this.#renewal = undefined
    })
    this.#renewal = renewal
    return renewal
  }

  async signIn(credentials: Credentials): Promise<void> {
    await this.#enter(() => this.issuer.signIn(credentials))
  }

  async signUp(credentials: Credentials): Promise<void> {
    await this.#enter(() => this.issuer.signUp(credentials))
  }

  /** With an outside issuer. */
  async useToken(token: string): Promise<void> {
    const turn = this.#turn
    const { id } = fieldsOf(await this.ask('/me', { token }))
    if (turn !== this.#turn) throw noSession()
    this.#expect({ id: String(id) })
    this.#begin()
    this.#held = { token, renewAt: Number.POSITIVE_INFINITY }
    this.#remember({ id: String(id) }, 'outside')
  }

  /** Asks the issuer for something of this session, and notices where that has ended. */
  async withSession<T>(ask: (issuer: Issuer) => Promise<T>): Promise<T> {
    const turn = this.#turn
    try {
      return await ask(this.issuer)
    } catch (error) {
      if (error instanceof TasklaneError && error.status === 401) this.#end(turn)
      throw error
    }
  }

  /** Another tab has a new session. */
  async revive(): Promise<void> {
    const state = this.#state.value
    if (state.kind === 'signed-out') await this.start()
    else if (state.kind === 'signed-in' && state.isDead) this.#open(state.account, state.issuer)
  }

  /** Ends the session at the issuer, where it is the service's own. */
  async revoke(): Promise<void> {
    const state = this.#state.value
    if (state.kind === 'signed-in' && state.issuer === 'built-in') await this.issuer.signOut()
  }

  /** Remembers the account no more. */
  forget(): void {
    const state = this.#state.value
    this.#begin()
    this.#ports.accounts.write(undefined)
    const issuer = state.kind === 'starting' ? 'built-in' : state.issuer
    this.#state.value = { kind: 'signed-out', issuer }
  }

  /** Fetches with the token, and once more with a new one where the API no longer takes it. */
  readonly authorized = async (request: Request): Promise<Response> => {
    const { fetch } = this.#ports
    const turn = this.#turn
    const answer = await fetch(request.clone())
    if (answer.status !== 401) return answer
    this.#held = undefined
    const token = await this.token().catch(() => undefined)
    if (token === undefined) return answer
    const headers = new Headers(request.headers)
    headers.set('authorization', `Bearer ${token}`)
    const second = await fetch(new Request(request, { headers }))
    if (second.status === 401) this.#end(turn)
    return second
  }

  async #renew(): Promise<string> {
    const turn = this.#turn
    const state = this.#state.value
    const isOutside = state.kind === 'signed-in' && state.issuer === 'outside'
    const minted = isOutside ? ({ kind: 'no-issuer' } as const) : await this.issuer.mint()
    if (minted.kind !== 'token' || turn !== this.#turn || this.#isOfAnother(minted.token)) {
      this.#end(turn, minted.kind === 'no-issuer' ? 'outside' : 'built-in')
      throw noSession()
    }
    this.#held = hold(minted.token, this.#ports.now())
    if (this.#state.value.kind !== 'signed-in') this.#remember({ id: subjectOf(minted.token) }, 'built-in')
    return minted.token
  }

  /** The cookie is the browser's: another tab may have signed in as somebody else. */
  #isOfAnother(token: string): boolean {
    const state = this.#state.value
    return state.kind === 'signed-in' && subjectOf(token) !== state.account.id.toLowerCase()
  }

  async #enter(ask: () => Promise<Account>): Promise<void> {
    const turn = this.#turn
    const account = await ask()
    try {
      // Signed out while the answer was on its way.
      if (turn !== this.#turn) throw noSession()
      this.#expect(account)
    } catch (error) {
      await this.issuer.signOut()
      throw error
    }
    this.#begin()
    this.#remember(account, 'built-in')
  }

  #begin(): void {
    this.#turn += 1
    this.#held = undefined
    this.#renewal = undefined
  }

  /** @throws {OtherAccount} where the tasks on this device are somebody else's */
  #expect(account: Account): void {
    const state = this.#state.value
    if (state.kind === 'signed-in' && state.account.id !== account.id) throw new OtherAccount(state.account)
  }

  #remember(account: Account, issuer: 'built-in' | 'outside'): void {
    this.#ports.accounts.write(account)
    this.#open(account, issuer)
  }

  #open(account: Account, issuer: 'built-in' | 'outside'): void {
    this.#state.value = { kind: 'signed-in', account, issuer, isDead: false }
  }

  #end(turn: number, issuer: 'built-in' | 'outside' = 'built-in'): void {
    if (turn !== this.#turn) return
    const state = this.#state.value
    this.#held = undefined
    this.#state.value =
      state.kind === 'signed-in' ? { ...state, issuer, isDead: true } : { kind: 'signed-out', issuer }
  }
}

function noSession(): TasklaneError {
  const detail = 'There is no session'
  return new TasklaneError(
    { type: 'about:blank', title: 'Unauthorized', status: 401, code: 'unauthenticated', detail },
    undefined,
  )
}
