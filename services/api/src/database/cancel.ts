import pg from 'pg'
import { PGliteStream } from './pglite-stream.ts'

/** A busy server takes its time to hear of it; by then every statement has ended by its own limit. */
const DELIVERY_MILLISECONDS = 10_000

/** Properties of a client that the types of `pg` leave out. */
interface Cancellable {
  processID: number | null
  secretKey: number | null
}
interface Messenger {
  connect: (port: number | string, host?: string) => void
  requestSsl: () => void
  cancel: (processId: number, secretKey: number) => void
}

/**
 * Asks the server to give up the statement that it runs for a connection, which then fails and undoes its
 * transaction. The request is a connection of its own (PostgreSQL's protocol has it so), also through a pooler; whether
 * it arrives is not known.
 *
 * The embedded engine cannot be interrupted; closing the connection takes back all that it has not begun.
 */
export function cancelStatement(client: pg.Client): void {
  if (client.connection.stream instanceof PGliteStream) {
    client.connection.stream.destroy()
    return
  }
  const { processID, secretKey } = client as unknown as Cancellable
  if (processID === null || secretKey === null) return
  const { host, port, ssl } = client
  const { connection } = new pg.Client({ host, port, ssl })
  const messenger = connection as unknown as Messenger
  const send = () => messenger.cancel(processID, secretKey)
  connection.on('connect', () => (ssl ? messenger.requestSsl() : send()))
  connection.on('sslconnect', send)
  connection.on('error', () => connection.stream.destroy())
  setTimeout(() => connection.stream.destroy(), DELIVERY_MILLISECONDS).unref()
  if (host.startsWith('/')) messenger.connect(`${host}/.s.PGSQL.${port}`)
  else messenger.connect(port, host)
}
