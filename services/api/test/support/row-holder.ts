import pg from 'pg'

const WATCH_MILLISECONDS = 10

/** Holds every row of a crowd, so that a request that touches one of them has to wait, and is seen waiting. */
export class RowHolder {
  readonly waits: string[] = []
  readonly #client: pg.PoolClient
  readonly #watcher: pg.Client
  #watching = true
  readonly #watched: Promise<void>

  private constructor(client: pg.PoolClient, watcher: pg.Client, pid: number) {
    this.#client = client
    this.#watcher = watcher
    this.#watched = this.#watch(pid)
  }

  static async hold(pool: pg.Pool, tables: readonly string[]): Promise<RowHolder> {
    const client = await pool.connect()
    await client.query('begin')
    for (const table of tables) await client.query(`select from ${table} for update`)
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const watcher = new pg.Client(pool.options)
    await watcher.connect()
    return new RowHolder(client, watcher, rows[0]?.pid ?? 0)
  }

  async release(): Promise<void> {
    this.#watching = false
    await this.#watched
    await this.#watcher.end()
    await this.#client.query('rollback')
    this.#client.release()
  }

  /** Lets go as soon as somebody waits: that is the finding, and the rest of the run shall go on. */
  async #watch(pid: number): Promise<void> {
    while (this.#watching) {
      const { rows } = await this.#watcher.query<{ query: string }>(
        'select query from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
        [pid],
      )
      this.waits.push(
        ...rows.map(({ query }) => `waited for a stranger's row: ${query.trim().slice(0, 100)}`),
      )
      if (rows.length > 0) {
        await this.#client.query('rollback')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, WATCH_MILLISECONDS))
    }
  }
}
