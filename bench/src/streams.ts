import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { SignJWT } from 'jose'

/** What so many open event streams of as many users cost the built service: memory and work at rest. */
const STREAMS = Number(process.argv[2] ?? 2000)
const REST_SECONDS = 10
const secret = 'a secret for measuring, of 32 bytes or more'
const port = 20_000 + Math.floor(Math.random() * 20_000)
const url = `http://127.0.0.1:${port}`

const folder = mkdtempSync(join(tmpdir(), 'tasklane-bench-'))
const service = spawn(
  process.execPath,
  [join(import.meta.dirname, '../../../../services/api/dist/main.js')],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      DATA_DIR: folder,
      JWT_SECRET: secret,
      RATE_LIMIT_PER_MINUTE: '0',
      MAX_TASKS_PER_USER: '0',
      LOG_LEVEL: 'silent',
    },
  },
)

try {
  await untilReady()
  const tokens: string[] = []
  for (let i = 0; i < STREAMS; i += 1) tokens.push(await createUser())
  await delay(2000)
  const before = measure()
  const sockets: Socket[] = []
  for (const token of tokens) sockets.push(await openStream(token))
  await delay(2000)
  const opened = measure()
  await delay(REST_SECONDS * 1000)
  const rested = measure()
  const text = await (await fetch(`${url}/metrics`)).text()
  const open = /^event_streams (\d+)$/m.exec(text)?.[1]
  process.stdout.write(
    `${open} streams: ${(opened.mebibytes - before.mebibytes).toFixed(0)} MiB more resident memory, ` +
      `${(((rested.cpuSeconds - opened.cpuSeconds) / REST_SECONDS) * 100).toFixed(1)} % of a core at rest\n`,
  )
  for (const socket of sockets) socket.destroy()
} finally {
  service.kill('SIGTERM')
  await once(service, 'exit')
  rmSync(folder, { recursive: true, force: true })
}

async function untilReady(): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    if (service.exitCode !== null) throw new Error('The service did not start')
    await delay(100)
  }
}

/** With a list to look at. @returns the user's token. */
async function createUser(): Promise<string> {
  const token = await new SignJWT({ sub: randomUUID() })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const created = await fetch(`${url}/tasks`, { method: 'POST', headers, body: '{"title":"Makes the list"}' })
  if (created.status !== 201) throw new Error(`A task was answered with ${created.status}`)
  return token
}

async function openStream(token: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET /tasks/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await once(socket, 'data')
  socket.resume()
  return socket
}

/** Of the service's process, as Linux tells it. */
function measure(): { mebibytes: number; cpuSeconds: number } {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8')
  const ticks = readFileSync(`/proc/${service.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return {
    mebibytes: (kibibytes(status, 'VmRSS') + kibibytes(status, 'VmSwap')) / 1024,
    cpuSeconds: (Number(ticks[11]) + Number(ticks[12])) / 100,
  }
}

function kibibytes(status: string, name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
}
