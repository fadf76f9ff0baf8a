import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const SWEEP_MILLISECONDS = 50

/**
 * Closes connections that never carried a byte once the service stops. Browsers open such ones in advance; Node
 * takes them for busy, and would wait for them until they are cut.
 */
export function closeUnusedConnections(app: FastifyInstance): void {
  const unused = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', ({ socket }) => unused.delete(socket))
  // The first bytes of a connection are read a turn of the event loop after it came, so one sweep spares it.
  const spared = new WeakSet<Socket>()
  const judge = (socket: Socket) => {
    if (socket.bytesRead > 0) return
    if (spared.has(socket)) socket.destroy()
    else spared.add(socket)
  }
  app.addHook('preClose', async () => {
    const sweep = setInterval(() => unused.forEach(judge), SWEEP_MILLISECONDS).unref()
    app.server.once('close', () => clearInterval(sweep))
  })
}
