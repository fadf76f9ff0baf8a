/** The node that has each user's rows; undefined where one server has all. */
export type FindNodes = (userIds: readonly string[]) => Promise<ReadonlyMap<string, string> | undefined>

/**
 * Which users have to wait, while answers are overdue: those in front of the overdue connections, and of a distributed
 * database all whose rows are on the same nodes. Without this each of them would take another connection, until none is
 * left for the users of the other nodes.
 */
export class Standstill {
  readonly #findNodes: FindNodes
  #users: ReadonlySet<string> = new Set()
  #nodes: ReadonlySet<string | undefined> = new Set()
  /** As far as they were asked for; forgotten when all is well, for a user's rows may move. */
  readonly #nodeOf = new Map<string, string | undefined>()
  readonly #unknown = new Set<string>()
  #isDistributed: boolean | undefined
  #isAsking = false

  constructor(findNodes: FindNodes) {
    this.#findNodes = findNodes
  }

  get isOn(): boolean {
    return this.#users.size > 0
  }

  /** Told again and again of the users in front of the connections that are overdue. */
  see(users: readonly string[]): void {
    if (users.length === 0 && !this.isOn) return
    this.#users = new Set(users)
    if (!this.isOn) this.#nodeOf.clear()
    for (const user of users) if (!this.#nodeOf.has(user)) this.#unknown.add(user)
    this.#judge()
    if (this.#unknown.size > 0 && !this.#isAsking && this.#isDistributed !== false) void this.#ask()
  }

  /** A user whose node is not known yet waits until it is. */
  holds(user: string): boolean {
    if (this.#users.has(user)) return true
    if (this.#isDistributed === false) return false
    if (!this.#nodeOf.has(user)) {
      this.#unknown.add(user)
      return true
    }
    const node = this.#nodeOf.get(user)
    return node !== undefined && this.#nodes.has(node)
  }

  async #ask(): Promise<void> {
    this.#isAsking = true
    const users = [...this.#unknown]
    this.#unknown.clear()
    try {
      const nodes = await this.#findNodes(users)
      this.#isDistributed = nodes !== undefined
      for (const user of users) this.#nodeOf.set(user, nodes?.get(user))
    } catch {
      // Where nobody can say, nobody is held.
      for (const user of users) this.#nodeOf.set(user, undefined)
    }
    this.#judge()
    this.#isAsking = false
  }

  #judge(): void {
    this.#nodes = new Set([...this.#users].map((user) => this.#nodeOf.get(user)))
  }
}
