import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { apiFolder } from './build.ts'

export interface Outcome {
  code: number | null
  /** What it says in the end; `errors` also has how far it has come meanwhile. */
  output: string
  errors: string
}

export interface Running {
  child: ChildProcess
  ended: Promise<Outcome>
}

/** Runs `tasklane` with an environment that is this alone. */
export function startTasklane(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const { PATH } = process.env
  const child = spawn(process.execPath, [join(apiFolder, 'bin/tasklane.js'), ...args], {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output += piece
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    errors += piece
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }))
  })
  return { child, ended }
}

/** The same, and waits for its end. */
export function runTasklane(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  return startTasklane(args, env).ended
}
