import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startApp } from '../../src/service.ts'
import { testSecret, timingOfTests, token } from './app.ts'
import { apiFolder } from './build.ts'
import { Client, impatientServices } from './client.ts'
import { type Beginning, createProcessDatabase, temporaryFolder } from './database.ts'
import { silentLog } from './log.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The built service as a process of its own. */
export interface Service {
  pid: number
  url: string
  /** All that it wrote so far, on either stream. */
  output: () => string
  signIn: (userId: string) => Promise<Client>
  kill: (signal: NodeJS.Signals) => void
  exited: Promise<Exit>
}

export interface Surroundings {
  /** A database and a DATA_DIR that nobody else has, on the engine that this run is for. */
  env: NodeJS.ProcessEnv
  /** Kills what was started here and is still running, and removes the database. */
  remove: () => Promise<void>
  /** The service in this process, for what a test needs beside the process that it is about. */
  startHere: (env?: NodeJS.ProcessEnv) => Promise<{ url: string; close: () => Promise<void> }>
  /** Resolves when the service is ready; rejects with its output when it ends before. */
  start: (env?: NodeJS.ProcessEnv) => Promise<Service>
  /** Starts it, and kills it once it has written this. */
  startUntil: (text: string) => Promise<void>
  /** For what ends by itself, as a service that is meant to refuse: its exit and its output. */
  startToFail: (env?: NodeJS.ProcessEnv, args?: readonly string[]) => Promise<Exit & { output: string }>
}

export async function createSurroundings(beginning: Beginning = 'migrated'): Promise<Surroundings> {
  const folder = temporaryFolder()
  const { env: databaseEnv, drop } = await createProcessDatabase(folder.path, beginning)
  const env = { JWT_SECRET: testSecret, PORT: '0', DATA_DIR: folder.path, ...databaseEnv }
  const started: Running[] = []
  const run = (extra: NodeJS.ProcessEnv, args: readonly string[] = []) => {
    const running = spawnService({ ...env, ...extra }, args)
    started.push(running)
    return running
  }
  return {
    env,
    startHere: (extra = {}) => serveHere({ RATE_LIMIT_PER_MINUTE: '0', ...env, ...extra }),
    start: (extra = {}) => whenReady(run(extra)),
    async startUntil(text) {
      const { child, output, exited } = run({})
      const ended = exited.then(() =>
        Promise.reject(new Error(`It ended before it wrote that:\n${output()}`)),
      )
      while (!output().includes(text)) await Promise.race([once(child.stdout ?? child, 'data'), ended])
      child.kill('SIGKILL')
      await ended.catch(() => {})
    },
    async startToFail(extra = {}, args = []) {
      const { exited, output } = run(extra, args)
      return { ...(await exited), output: output() }
    },
    async remove() {
      for (const { child } of started) if (child.exitCode === null) child.kill('SIGKILL')
      await Promise.all(started.map(({ exited }) => exited))
      await drop()
      folder.remove()
    },
  }
}

/**
 * The built service with this environment and nothing else. Whoever starts it has to end it.
 *
 * @param command what starts it, where it needs surroundings of its own.
 */
export function startService(env: NodeJS.ProcessEnv, command?: readonly string[]): Promise<Service> {
  return whenReady(command === undefined ? spawnService(env, []) : spawnCommand(env, command))
}

async function serveHere(env: NodeJS.ProcessEnv) {
  const config = loadConfig(env)
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, timingOfTests)
  const url = await app.listen({ host: '127.0.0.1', port: 0, listenTextResolver: () => 'listening' })
  return { url, close: () => app.close() }
}

interface Running {
  child: ChildProcess
  output: () => string
  exited: Promise<Exit>
}

function spawnService(env: NodeJS.ProcessEnv, args: readonly string[]): Running {
  return spawnCommand(env, [process.execPath, 'dist/main.js', ...args])
}

function spawnCommand(env: NodeJS.ProcessEnv, [program = '', ...args]: readonly string[]): Running {
  const { PATH } = process.env
  const child = spawn(program, args, {
    cwd: apiFolder,
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  // 'close' comes after 'exit', when the last output was read as well.
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }))
  return { child, output: () => text, exited }
}

async function whenReady({ child, output, exited }: Running): Promise<Service> {
  const ready = new Promise<string>((resolve) => {
    const look = () => {
      const url = /"address":"(http:[^"]+)","msg":"ready"/.exec(output())?.[1]
      if (url === undefined) return
      child.stdout?.off('data', look)
      resolve(url)
    }
    child.stdout?.on('data', look)
  })
  const ended = exited.then(() => Promise.reject(new Error(`The service did not start:\n${output()}`)))
  const url = await Promise.race([ready, ended])
  ended.catch(() => {})
  impatientServices.add(url)
  return {
    pid: child.pid ?? 0,
    url,
    output,
    exited,
    signIn: async (userId) => new Client(url, await token({ sub: userId })),
    kill: (signal) => child.kill(signal),
  }
}
