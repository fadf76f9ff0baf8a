import pg from 'pg'
import type { Statement } from '../../src/database/statement.ts'

type Query = (this: pg.Client, ...args: unknown[]) => unknown

/** Stands between the app and the driver: exchanges statements for their mutants, and notes what runs. */
export class StatementSwitch {
  /** What ran during `watch`, by its text: under which name, and in which requests. */
  readonly ran = new Map<string, { name: string | undefined; requests: Set<string> }>()
  request = ''
  #isWatching = false
  #exchanges: ReadonlyMap<string, string> = new Map()
  #count = 0
  readonly #query = pg.Client.prototype.query as Query

  constructor() {
    const exchange = (text: string, name?: string) => this.#exchange(text, name)
    const suffix = () => this.#count
    const query = this.#query
    const patched: Query = function (config, ...rest) {
      if (typeof config === 'string') return query.call(this, exchange(config), ...rest)
      if (isTransaction(config)) {
        for (const message of config.messages) {
          const { name, text } = message.statement
          const exchanged = exchange(text, name)
          if (exchanged !== text) message.statement = { name: `${name}_${suffix()}`, text: exchanged }
        }
        return query.call(this, config, ...rest)
      }
      if (!isQueryConfig(config)) return query.call(this, config, ...rest)
      const text = exchange(config.text, config.name)
      if (text === config.text) return query.call(this, config, ...rest)
      // A prepared statement's name stands for one text as long as its connection lives.
      const changes = { text, ...(config.name !== undefined && { name: `${config.name}_${suffix()}` }) }
      // A cursor or a stream is an object with methods of its own; a plain query is not ours to change.
      const changed = 'submit' in config ? Object.assign(config, changes) : { ...config, ...changes }
      return query.call(this, changed, ...rest)
    }
    Object.assign(pg.Client.prototype, { query: patched })
  }

  async watch<T>(work: () => Promise<T>): Promise<T> {
    this.#isWatching = true
    return work().finally(() => {
      this.#isWatching = false
    })
  }

  /** Sends the values in place of their keys. */
  async during<T>(exchanges: ReadonlyMap<string, string>, work: () => Promise<T>): Promise<T> {
    this.#exchanges = exchanges
    this.#count += 1
    return work().finally(() => {
      this.#exchanges = new Map()
    })
  }

  remove(): void {
    Object.assign(pg.Client.prototype, { query: this.#query })
  }

  #exchange(text: string, name?: string): string {
    if (this.#isWatching) {
      const known = this.ran.get(text) ?? { name, requests: new Set() }
      known.requests.add(this.request)
      this.ran.set(text, known)
    }
    return this.#exchanges.get(text) ?? text
  }
}

function isQueryConfig(config: unknown): config is { text: string; name?: string } {
  return typeof config === 'object' && config !== null && 'text' in config && typeof config.text === 'string'
}

/** A whole transaction as one query: see src/database/pipelined-transaction.ts. */
function isTransaction(config: unknown): config is { messages: { statement: Statement }[] } {
  return typeof config === 'object' && config !== null && 'messages' in config
}
