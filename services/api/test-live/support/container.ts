import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../test/support/free-port.ts'
import type { Image } from './image.ts'

export interface Container {
  url: string
  /** Of its first process, as seen from outside. */
  pid: number
  output: () => string
  /** Runs a command in it; its exit code, and all that it wrote. */
  exec: (command: string[], env?: Record<string, string>) => { code: number | null; output: string }
  kill: (signal: NodeJS.Signals) => void
  exited: Promise<number | null>
}

export interface ContainerOptions {
  env?: Record<string, string>
  /** What is at /data. Without it there is nothing that outlives the container, and nothing to write but /tmp. */
  volume?: string
}

/** Makes the root read-only, but for the mounts that an engine makes, and becomes what the parameters say. */
const prepare = `
set -e
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o nosuid,mode=755,size=64k tmpfs "$ROOT/dev"
touch "$ROOT/dev/null"
mount --bind /dev/null "$ROOT/dev/null"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$ROOT/tmp"
[ -z "$VOLUME" ] || mount --bind "$VOLUME" "$ROOT/data"
mount -o remount,bind,ro "$ROOT"
exec setpriv --no-new-privs env -i "$@"
`

/**
 * Runs an image as compose.yaml and kubernetes.yaml ask for: on a root that cannot be written, without a capability or a
 * way to new privileges, with processes of its own, the service first among them. It shares the machine's network and
 * name. Namespaces and mounts are all that it takes of the machine.
 *
 * @throws {Error} with its output, when it ends before it is ready.
 */
export async function startContainer(image: Image, options: ContainerOptions = {}): Promise<Container> {
  const port = await freePort()
  const env = { ...environmentOf(image), HOST: '127.0.0.1', PORT: String(port), ...options.env }
  const child = run(image, env, options.volume)
  const output = collect(child)
  const exited = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', () => {
      if (output().includes('"msg":"ready"')) resolve()
    })
  })
  const ended = exited.then((code) => {
    throw new Error(`The container ended with ${code}:\n${output()}`)
  })
  await Promise.race([ready, ended])
  ended.catch(() => {})
  const pid = firstChildOf(child.pid ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    output,
    exited,
    exec: (command, more = {}) => enter(pid, image, command, { ...env, ...more }),
    kill: (signal) => process.kill(pid, signal),
  }
}

function run({ config, root }: Image, env: Record<string, string>, volume = ''): ChildProcess {
  for (const name of ['dev', 'proc']) mkdirSync(join(root, name), { recursive: true })
  const [user, group] = config.User.split(':')
  const become = [`--root=${root}`, `--wd=${config.WorkingDir}`, `--setuid=${user}`, `--setgid=${group}`]
  const service = [...assignments(env), '/usr/bin/unshare', ...become, ...config.Entrypoint]
  const namespaces = ['--mount', '--pid', '--ipc', '--fork', '--kill-child']
  return spawn('unshare', [...namespaces, 'sh', '-c', prepare, 'sh', ...service], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ROOT: root, VOLUME: volume },
  })
}

/** As an engine's `exec` does: the same user, root and folder. */
function enter(pid: number, { config }: Image, command: string[], env: Record<string, string>) {
  const [user, group] = config.User.split(':')
  const join = [`--target=${pid}`, '--mount', '--pid', '--ipc', '--root', '--wd']
  const nsenter = ['/usr/bin/nsenter', ...join, `--setuid=${user}`, `--setgid=${group}`]
  const { status, stdout, stderr } = spawnSync('env', ['-i', ...assignments(env), ...nsenter, ...command], {
    encoding: 'utf8',
  })
  return { code: status, output: `${stdout}${stderr}` }
}

function assignments(env: Record<string, string>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`)
}

function environmentOf({ config }: Image): Record<string, string> {
  return Object.fromEntries(
    config.Env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

function firstChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return () => text
}
