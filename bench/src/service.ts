import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../services/api/test/support/free-port.ts'
import { onExit } from './cleanup.ts'

export const jwtSecret = 'a secret for the benchmark, of 32 bytes or more'

export interface Service {
  url: string
  pid: number
  stop: () => Promise<void>
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const tasklaneBuild = `${root}services/api/dist`
const READY_DEADLINE_MILLISECONDS = 60_000

/** As in production: warnings and a line a request are written, to nowhere. */
export function startTasklane(
  database: NodeJS.ProcessEnv,
  { build = tasklaneBuild, nodeOptions = [] }: { build?: string; nodeOptions?: readonly string[] } = {},
): Promise<Service> {
  return startNode([...nodeOptions, `${build}/main.js`], '/readyz', {
    ...database,
    JWT_SECRET: jwtSecret,
    RATE_LIMIT_PER_MINUTE: '0',
    MAX_TASKS_PER_USER: '0',
    LOG_LEVEL: 'info',
  })
}

export function startPeer(name: string, databaseUrl: string): Promise<Service> {
  return startNode([`${root}bench/peers/${name}/dist/main.js`], '/readyz', {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
  })
}

async function startNode(
  args: readonly string[],
  readyPath: string,
  env: NodeJS.ProcessEnv,
): Promise<Service> {
  const port = await freePort()
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), ...env },
  })
  const service = { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) }
  onExit(service.stop)
  await untilReady(child, service.url + readyPath)
  return service
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_DEADLINE_MILLISECONDS
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The service at ${url} ended with ${child.exitCode}`)
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    if (performance.now() > deadline) throw new Error(`The service at ${url} is not ready in time`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000)
    child.on('exit', () => {
      clearTimeout(kill)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
