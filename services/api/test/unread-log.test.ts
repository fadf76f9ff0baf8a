import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog, linesDroppedBy } from '../src/log.ts'
import { LogOutput } from '../src/log-output.ts'
import { apiFolder } from './support/build.ts'
import { temporaryFolder } from './support/database.ts'
import { freePort } from './support/free-port.ts'
import { RawConnection } from './support/raw.ts'
import { parseAnswers } from './support/raw-answers.ts'
import { createSurroundings, type Surroundings } from './support/service.ts'

/** A pipe that is read only when the test asks for it. */
interface Pipe {
  fd: number
  /** What there is to read now. */
  read: () => string
}

let folder: ReturnType<typeof temporaryFolder>
let surroundings: Surroundings
let pipe: Pipe
let started: ChildProcess[] = []
beforeEach(async () => {
  folder = temporaryFolder()
  surroundings = await createSurroundings()
  pipe = openPipe(join(folder.path, 'pipe'))
})
afterEach(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  started = []
  await surroundings.remove()
  closeSync(pipe.fd)
  folder.remove()
})

function openPipe(path: string): Pipe {
  execFileSync('mkfifo', [path])
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const buffer = Buffer.alloc(65_536)
  const read = () => {
    let text = ''
    try {
      for (;;) text += buffer.toString('utf8', 0, readSync(fd, buffer))
    } catch {
      return text
    }
  }
  return { fd, read }
}

test('lines that nobody reads are kept up to a bound, and what is missing is told where it is missing', async () => {
  const output = new LogOutput(pipe.fd)
  const log = createLog('info', output)
  const total = 20_000
  for (let number = 0; number < total; number += 1) log.info({ number, text: 'x'.repeat(100) }, 'line')
  expect(linesDroppedBy(log)).toBeGreaterThan(1000)

  let text = ''
  const missing = () => {
    text += pipe.read()
    return text.includes('are missing')
  }
  await expect.poll(missing, { interval: 5 }).toBe(true)
  const lines = text.trimEnd().split('\n')
  const read = lines.map((line): { number?: number; lines?: number } => JSON.parse(line))
  expect(read.slice(0, -1).map(({ number }) => number)).toEqual(read.slice(0, -1).map((_, i) => i))
  expect(read.at(-1)).toMatchObject({ level: 40, lines: linesDroppedBy(log) })
  expect(read.length - 1 + linesDroppedBy(log)).toBe(total)

  log.info({ number: total }, 'line')
  output.end()
  expect(pipe.read()).toContain(`"number":${total}`)
})

test('lines of several processes that share a pipe stay whole', async () => {
  const outputs = [new LogOutput(pipe.fd), new LogOutput(pipe.fd)]
  for (let i = 0; i < 3000; i += 1) for (const output of outputs) output.write(`${'x'.repeat(150)}\n`)
  let text = ''
  const count = () => {
    text += pipe.read()
    return text.split('\n').length - 1
  }
  await expect.poll(count, { interval: 5 }).toBe(6000)
  expect(new Set(text.split('\n'))).toEqual(new Set(['x'.repeat(150), '']))
})

test('what is left at the end is written for a reader that reads', async () => {
  const [path, copy] = [join(folder.path, 'read'), join(folder.path, 'copy')]
  execFileSync('mkfifo', [path])
  const reader = spawn('sh', ['-c', 'exec cat "$0" > "$1"', path, copy])
  const ended = once(reader, 'close')
  // Opening it waits for the reader.
  const first = openSync(path, constants.O_WRONLY)
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const output = new LogOutput(fd)
  for (let i = 0; i < 4000; i += 1) output.write(`${'x'.repeat(150)}\n`)
  output.end()
  closeSync(first)
  closeSync(fd)
  await ended
  expect(readFileSync(copy, 'utf8')).toBe(`${'x'.repeat(150)}\n`.repeat(4000))
})

/** So many requests on one connection. */
async function request(url: string, count: number): Promise<void> {
  const talk = await RawConnection.open(url)
  const one = `GET /livez HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${'x'.repeat(64)}\r\n\r\n`
  const last = one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')
  talk.send(one.repeat(count - 1) + last)
  expect(parseAnswers(await talk.ended(), Array(count).fill('GET'))).toHaveLength(count)
}

async function startWith(stdout: number | 'pipe') {
  const port = await freePort()
  const env = { PATH: process.env.PATH, ...surroundings.env, PORT: String(port), RATE_LIMIT_PER_MINUTE: '0' }
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: apiFolder,
    env,
    stdio: ['ignore', stdout, 'inherit'],
  })
  started.push(child)
  const url = `http://127.0.0.1:${port}`
  const exited = once(child, 'exit')
  const isUp = () =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isUp).toBe(true)
  return { child, url, exited }
}

async function dropped(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^log_lines_dropped_total (\d+)$/m.exec(text)?.[1])
}

test('a log that nobody reads holds up no request and no stop, and tells what is missing once it is read', async () => {
  const { child, url, exited } = await startWith(pipe.fd)
  await request(url, 8000)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  const lost = await dropped(url)
  expect(lost).toBeGreaterThan(0)

  let text = ''
  const told = () => {
    text += pipe.read()
    return /"lines":(\d+),"msg":"lines of the log are missing/.exec(text)?.[1]
  }
  await expect.poll(told, { interval: 5 }).toBeDefined()
  expect(Number(told())).toBeGreaterThanOrEqual(lost)

  await request(url, 8000)
  expect(await dropped(url)).toBeGreaterThan(lost)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('a socket that nobody reads as the log holds up no request and no stop either', async () => {
  const { child, url, exited } = await startWith('pipe')
  child.stdout?.pause()
  await request(url, 8000)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('a log whose reader is gone is no reason to end', async () => {
  const { child, url, exited } = await startWith('pipe')
  child.stdout?.destroy()
  await request(url, 2000)
  expect((await fetch(`${url}/livez`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
