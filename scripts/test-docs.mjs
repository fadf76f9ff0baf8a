// Runs every ```sh block of docs/*.md against the built service, each section (##) as a new user.
// A block finds the service at $TASKLANE and its user's token in $TOKEN, and fails with its first failing command.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const START_SECONDS = 60

const folder = mkdtempSync(join(tmpdir(), 'tasklane-docs-'))
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const service = spawn(process.execPath, [join(root, 'services/api/dist/main.js')], {
  stdio: 'inherit',
  env: {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'silent',
  },
})
const stopped = new Promise((resolve) => service.once('exit', resolve))

try {
  await whenReady()
  const blocks = documents().flatMap(blocksOf)
  if (blocks.length === 0) throw new Error('docs/*.md has no sh block')
  await runAll(blocks)
} finally {
  service.kill('SIGTERM')
  await stopped
  rmSync(folder, { recursive: true, force: true })
}

function documents() {
  const names = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  return names.sort().map((name) => join('docs', name))
}

/** The sh blocks of a document, each with the line that it begins at and the section that it is in. */
function blocksOf(file) {
  const blocks = []
  let section = file
  let open
  for (const [index, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
    if (open === undefined) {
      if (line.startsWith('## ')) section = `${file} ${line}`
      if (line.startsWith('```'))
        open = { file, section, line: index + 1, language: line.slice(3).trim(), text: '' }
    } else if (line.startsWith('```')) {
      if (open.language === 'sh') blocks.push(open)
      open = undefined
    } else {
      open.text += `${line}\n`
    }
  }
  return blocks
}

async function runAll(blocks) {
  const tokens = new Map()
  let failures = 0
  for (const { file, section, line, text } of blocks) {
    if (!tokens.has(section)) tokens.set(section, await signUp())
    const { code, output } = await bash(text, tokens.get(section))
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${file}:${line}\n`)
    if (code === 0) continue
    failures += 1
    process.stdout.write(`${text}\n${output}\n`)
  }
  process.stdout.write(`${blocks.length} blocks, ${failures} failed\n`)
  if (failures > 0) process.exitCode = 1
}

function bash(text, token) {
  const env = { PATH: process.env.PATH, HOME: folder, TASKLANE: base, TOKEN: token }
  const child = spawn('bash', ['-euo', 'pipefail', '-c', text], { cwd: folder, env, timeout: 60_000 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

async function signUp() {
  const account = { email: `${randomUUID()}@example.com`, password: randomUUID() }
  const session = await json('/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { token } = await json('/auth/token', { headers: { authorization: `Bearer ${session.token}` } })
  return token
}

async function json(path, options) {
  const response = await fetch(base + path, options)
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return response.json()
}

async function whenReady() {
  const deadline = Date.now() + START_SECONDS * 1000
  while (Date.now() < deadline && service.exitCode === null) {
    const isReady = await fetch(`${base}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The service did not start: has it been built (npm run build)?')
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
