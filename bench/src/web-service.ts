import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { APIRequestContext } from 'playwright-core'

const password = 'correct horse battery'
const subjects = ['invoice', 'rent', 'garden', 'letter', 'passport', 'bicycle', 'report', 'plumber']
const tags = ['home', 'work', 'family', 'reading']

/** The built service with its own issuer and an embedded database that goes with it. */
export async function startWebService() {
  const folder = mkdtempSync(join(tmpdir(), 'tasklane-bench-web-'))
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  const url = `http://127.0.0.1:${port}`
  const main = join(import.meta.dirname, '../../../../services/api/dist/main.js')
  const settings = { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'silent' }
  const limits = { RATE_LIMIT_PER_MINUTE: '0', MAX_TASKS_PER_USER: '0' }
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], ...settings, ...limits },
  })
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error('The service did not start')
    await delay(100)
  }
  const headers = async (request: APIRequestContext) => {
    const { token } = await (await request.get('/auth/token')).json()
    return { authorization: `Bearer ${token}` }
  }
  return {
    url,
    headers,
    async signUp(request: APIRequestContext, email: string): Promise<void> {
      // Refused for the moment, where the machine is busy: this is not what is measured.
      for (;;) {
        const answer = await request.post('/auth/sign-up/email', { data: { email, password } })
        if (answer.ok()) return
        if (answer.status() !== 503) throw new Error(`Signing up was answered with ${answer.status()}`)
        await delay(1000)
      }
    },
    async importTasks(request: APIRequestContext, size: number): Promise<void> {
      const answer = await request.post('/me/import', {
        headers: { ...(await headers(request)), 'content-type': 'application/x-ndjson' },
        data: exportOf(size),
        timeout: 0,
      })
      if (!answer.ok())
        throw new Error(`The import was answered with ${answer.status()}: ${await answer.text()}`)
    },
    async stop(): Promise<void> {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Of so many tasks, nine in ten of them open, a third of them due. */
function exportOf(size: number): string {
  const at = Date.now()
  const lines: object[] = [
    { type: 'export', version: 1, user_id: randomUUID(), exported_at: new Date(at).toISOString() },
  ]
  for (let index = 0; index < size; index += 1) lines.push(taskOf(index, at - (size - index) * 1000))
  return [...lines, { type: 'end', count: size }].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function taskOf(index: number, created: number): object {
  const at = new Date(created).toISOString()
  const due = new Date(created + ((index % 60) - 20) * 86_400_000).toISOString().slice(0, 10)
  return {
    type: 'task',
    id: randomUUID(),
    title: `Look after the ${subjects[index % subjects.length]} ${index}`,
    description: index % 5 === 0 ? 'Ask whoever knows, and write down what they say' : null,
    completed: index % 10 === 9,
    created_at: at,
    updated_at: at,
    deleted_at: null,
    ...(index % 3 === 0 && { due }),
    ...(index % 4 === 0 && { tags: [tags[index % tags.length]] }),
  }
}
