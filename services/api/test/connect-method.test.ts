import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'

let app: TestApp
/** The server's ends of the connections, by the port of the client's. */
const served = new Map<number | undefined, Socket>()
beforeAll(async () => {
  app = await startTestApp()
  app.app.server.on('connection', (socket) => served.set(socket.remotePort, socket))
})
afterAll(() => app.close())

const afterwards: [string, (socket: Socket) => unknown][] = [
  ['hangs up rudely', (socket) => socket.resetAndDestroy()],
  ['goes on sending', (socket) => socket.write(Buffer.alloc(1024 * 1024))],
  ['says nothing more', () => {}],
]

test.each(afterwards)(
  'CONNECT is refused, and who then %s keeps nothing and harms nobody',
  async (_, act) => {
    const { hostname, port } = new URL(app.url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write('CONNECT x:80 HTTP/1.1\r\nHost: x\r\nX-Request-Id: tunnel\r\n\r\n')
    const [head] = await once(socket, 'data')
    const expected = ['HTTP/1.1 405 Method Not Allowed', 'x-request-id: tunnel', 'allow: ']
    expect(String(head).split('\r\n')).toEqual(expect.arrayContaining(expected))
    const ours = served.get(socket.localPort)
    expect(ours?.destroyed).toBe(false)
    act(socket)
    await expect.poll(() => ours?.destroyed).toBe(true)
    socket.destroy()
    expect((await app.anonymous.get('/livez')).status).toBe(200)
  },
)
