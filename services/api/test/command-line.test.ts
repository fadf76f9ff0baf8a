import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ArgumentError, readArguments } from '../src/arguments.ts'
import { urlOf } from '../src/http/wire/listening.ts'
import { apiFolder } from './support/build.ts'
import { freePort } from './support/free-port.ts'
import { createSurroundings, type Surroundings } from './support/service.ts'

let surroundings: Surroundings
beforeEach(async () => {
  surroundings = await createSurroundings()
})
afterEach(() => surroundings.remove())

const { version } = JSON.parse(readFileSync(join(apiFolder, 'package.json'), 'utf8'))

test('--help tells how to start it, and starts nothing', async () => {
  const { code, output } = await surroundings.startToFail({ PORT: 'not looked at' }, ['--help'])
  expect(code).toBe(0)
  for (const text of ['Usage: npm start', 'DATABASE_URL', '--version']) expect(output).toContain(text)
})

test('--version tells the version of the package', async () => {
  const answer = await surroundings.startToFail({}, ['--version'])
  expect(answer).toEqual({ code: 0, signal: null, output: `${version}\n` })
})

test('an unknown argument is named in one line', async () => {
  const { code, output } = await surroundings.startToFail({}, ['--port'])
  expect([code, output]).toEqual([1, expect.stringMatching(/^[^\n]*'--port'[^\n]*--help[^\n]*\n$/)])
})

test('arguments have a short form, and every other one is refused by name', () => {
  expect([readArguments([]), readArguments(['-h']), readArguments(['-v'])]).toEqual([
    'serve',
    'help',
    'version',
  ])
  for (const argument of ['-x', '--port=1', 'serve', '--help=yes']) {
    expect(() => readArguments([argument])).toThrow(ArgumentError)
  }
})

test('a log collector gets lines of JSON alone, and HOST may be an IPv6 address as in a URL', async () => {
  const { url, output } = await surroundings.start({ HOST: '[::1]' })
  expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/)
  const lines = output().trim().split('\n')
  expect(lines.map((line) => JSON.parse(line)).at(-1)).toMatchObject({ msg: 'ready', address: url })
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { info: object }
  expect(document.info).toMatchObject({ version })
})

test('whoever listens everywhere is told an address that works on this machine', () => {
  expect(urlOf({ address: '0.0.0.0', port: 1 })).toBe('http://127.0.0.1:1')
  expect(urlOf({ address: '::', port: 1 })).toBe('http://[::1]:1')
  expect(urlOf({ address: '2001:db8::1', port: 1 })).toBe('http://[2001:db8::1]:1')
})

test('a person at a terminal is told where to go', async () => {
  const { PATH, TERM } = process.env
  const port = String(await freePort())
  const env = { PATH, TERM, ...surroundings.env, PORT: port }
  // `script` gives the service a terminal.
  const command = ['-qefc', `${process.execPath} dist/main.js`, '/dev/null']
  const terminal = execFile('script', command, { cwd: apiFolder, env })
  const ended = new Promise((resolve) => terminal.once('close', resolve))
  let shown = ''
  terminal.stdout?.on('data', (chunk: string) => {
    const before = shown
    shown += chunk
    if (!before.includes('README.md') && shown.includes('README.md')) terminal.stdin?.write('\x03')
  })
  await ended
  expect(shown).toContain(`Tasklane is ready at http://127.0.0.1:${port}`)
})

test('a port for metrics that cannot be had is told in words', async () => {
  const { code, output } = await surroundings.startToFail({ HOST: '192.0.2.1', METRICS_PORT: '65000' })
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('Cannot listen on 192.0.2.1 port 65000: this machine'),
  ])
})
