import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

const READY_DEADLINE_MILLISECONDS = 120_000
const LOOK_MILLISECONDS = 25

export interface Server {
  url: string
  /** From `npm start` until `GET /readyz` was 200. */
  millisecondsToReady: number
  /** As Ctrl-C does it. */
  stop: () => Promise<void>
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tasklane-live-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Runs `npm start` and waits until it answers. */
export async function npmStart(port: number, settings: Record<string, string>): Promise<Server> {
  const startedAt = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: repository,
    env: { ...environment(), ...settings, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  }
  const url = `http://127.0.0.1:${port}`
  const deadline = startedAt + READY_DEADLINE_MILLISECONDS
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`npm start ended by itself:\n${output.join('')}`)
    if (performance.now() > deadline) {
      await interrupt(child)
      throw new Error(`npm start is not ready after ${READY_DEADLINE_MILLISECONDS} ms:\n${output.join('')}`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS))
  }
  return { url, millisecondsToReady: performance.now() - startedAt, stop: () => interrupt(child) }
}

/** The tests' own settings only: nothing that configures the service is taken over from whoever runs them. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env
  return { PATH, HOME, TMPDIR, LANG }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** Ctrl-C reaches the whole foreground group: npm, the shell between, and the service. */
async function interrupt(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const ended = once(child.stdout ?? child, child.stdout === null ? 'exit' : 'close')
  process.kill(-child.pid, 'SIGINT')
  await ended
}
