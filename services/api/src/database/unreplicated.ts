import type pg from 'pg'

/** Connections whose last transaction was committed on its server, and perhaps on no other. */
const unreplicated = new WeakSet<pg.Client>()

/**
 * Listens for the one case in which a commit does not keep its promise: where a synchronous standby does not answer, a
 * cancellation ends the wait for it, and PostgreSQL says that the transaction is committed. A crash may still undo it.
 */
export function watchReplication(client: pg.Client): void {
  client.on('notice', ({ routine }) => {
    if (routine === 'SyncRepWaitForLSN') unreplicated.add(client)
  })
}

/** Whether it was so for the transaction that has just been answered on this connection: nobody knows what becomes of it. */
export function takeUnreplicated(client: pg.Client): boolean {
  return unreplicated.delete(client)
}
