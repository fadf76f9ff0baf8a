// Installs as production does, in a copy of the files under version control, and starts the service from it: no tool of
// the tests is there, and a first start fits into 512 MB.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const START_SECONDS = 120
const MEMORY_MEGABYTES = 512
/** Beside all that the lock file has for development alone. */
const unwanted = [
  'vite',
  'vitest',
  'rolldown',
  'typescript',
  'playwright-core',
  '@biomejs/biome',
  '@redocly/cli',
]

const folder = mkdtempSync(join(tmpdir(), 'tasklane-production-'))
try {
  copyTo(folder)
  execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: folder,
    stdio: 'inherit',
  })
  const installed = installedIn(folder)
  const found = installed.filter((name) => unwanted.includes(name) || isForDevelopment(name))
  process.stdout.write(`npm ci --omit=dev installs ${installed.length} packages:\n${installed.join(' ')}\n`)
  if (found.length > 0) throw new Error(`Production installs what is for development: ${found.join(', ')}`)
  const megabytes = await start(folder)
  process.stdout.write(`The first start took ${megabytes} MB at most\n`)
  if (megabytes > MEMORY_MEGABYTES) throw new Error(`A first start needs more than ${MEMORY_MEGABYTES} MB`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function copyTo(target) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  for (const file of files) {
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(target, file))
  }
}

function installedIn(target) {
  const names = readdirSync(join(target, 'node_modules')).filter((name) => !name.startsWith('.'))
  return names
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(target, 'node_modules', name)).map((part) => `${name}/${part}`)
        : [name],
    )
    .sort()
}

function isForDevelopment(name) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return packages[`node_modules/${name}`]?.dev === true
}

/** Starts it once; resolves with the most memory that its process had, in megabytes. */
async function start(target) {
  const port = await freePort()
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: target,
    stdio: 'inherit',
    env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: join(target, 'data'), LOG_LEVEL: 'warn' },
  })
  const stopped = new Promise((resolve) => child.once('exit', resolve))
  try {
    await whenReady(port, child)
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
    return Math.ceil(Number(kilobytes) / 1024)
  } finally {
    child.kill('SIGTERM')
    await stopped
  }
}

async function whenReady(port, child) {
  const deadline = performance.now() + START_SECONDS * 1000
  while (performance.now() < deadline && child.exitCode === null) {
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The service did not start from what production installs')
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
