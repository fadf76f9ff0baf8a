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
  app.addHook('preClose', async () => {
    const sweep = setInterval(() => {
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy()
    }, SWEEP_MILLISECONDS).unref()
    app.server.once('close', () => clearInterval(sweep))
  })
}
