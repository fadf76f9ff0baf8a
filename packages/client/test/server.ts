import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../services/api/dist/main.js', import.meta.url))
const secret = 'a secret for tests, of 32 bytes or more'

export interface Server {
  url: string
  /** A token of a fresh user, or of the given one. */
  token: (userId?: string) => string
  stop: () => Promise<void>
}

/** The built service in a process of its own, on a free port and an embedded database that goes with it. */
export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-client-'))
  const env = { ...process.env, PORT: '0', DATA_DIR: folder, JWT_SECRET: secret, LOG_LEVEL: 'info' }
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await readyAt(child)
  return {
    url,
    token: (userId = randomUUID()) => tokenOf(userId),
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readyAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /"address":"(http:[^"]+)","msg":"ready"/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}: ${printed}`)))
  })
}

function tokenOf(userId: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const content = `${encode({ alg: 'HS256' })}.${encode({ sub: userId, iat: now, exp: now + 300 })}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}
