import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../../services/api/dist/main.js', import.meta.url))
const bin = fileURLToPath(new URL('../../../services/api/bin/tasklane.js', import.meta.url))
export const secret = 'a secret for tests, of 32 bytes or more'

export interface Served {
  url: string
  /** A token of a fresh user, or of the given one. */
  token: (userId?: string) => string
}

export interface Server extends Served {
  /** Runs `tasklane` beside it. */
  tasklane: (...args: string[]) => void
  stop: () => Promise<void>
}

interface Beginning {
  /** To restore first. */
  backup?: string
  env?: NodeJS.ProcessEnv
}

/**
 * The built service in a process of its own, on a free port and, unless another is given, an embedded database that goes
 * with it.
 */
export async function startServer({ backup, env: extra = {} }: Beginning = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-client-'))
  const env = { ...process.env, PORT: '0', DATA_DIR: folder, JWT_SECRET: secret, LOG_LEVEL: 'info', ...extra }
  const tasklane = (...args: string[]) => void execFileSync(process.execPath, [bin, ...args], { env })
  if (backup !== undefined) tasklane('restore', backup)
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const url = await readyAt(child)
  return {
    url,
    token: tokenOf,
    tasklane,
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readyAt(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const look = (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /"address":"(http:[^"]+)","msg":"ready"/.exec(printed)?.[1]
      if (url === undefined) return
      // The log of requests is read and forgotten.
      child.stdout?.off('data', look).resume()
      resolve(url)
    }
    child.stdout?.on('data', look)
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}: ${printed}`)))
  })
}

export function tokenOf(userId: string = randomUUID()): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const content = `${encode({ alg: 'HS256' })}.${encode({ sub: userId, iat: now, exp: now + 300 })}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}
