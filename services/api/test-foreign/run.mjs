// Clients that other people's generators make from the document, each against the real service; the document before
// their validators; the service behind a proxy that judges every answer by the document. For Node 24 and later.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../../..')
const out = join(here, 'out')
const START_SECONDS = 60
process.chdir(here)

const folder = mkdtempSync(join(tmpdir(), 'tasklane-foreign-'))
rmSync(out, { recursive: true, force: true })
mkdirSync(out)
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const service = spawn(process.execPath, [join(root, 'services/api/dist/main.js')], {
  stdio: 'inherit',
  env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' },
})
const stopped = new Promise((resolve) => service.once('exit', resolve))
try {
  await untilServed(`${base}/readyz`)
  writeFileSync(join(out, 'openapi.json'), await (await fetch(`${base}/openapi.json`)).text())
  generate()
  for (const name of ['hey-api', 'orval', 'swagger-typescript-api']) {
    run(`a client by ${name}`, join(out, 'js/src', `${name}.js`), [], { TASKLANE: base })
  }
  await throughPrism()
  importIntoPostman()
  lint()
} finally {
  service.kill('SIGTERM')
  await stopped
  rmSync(folder, { recursive: true, force: true })
}

function generate() {
  const bin = (name) => join('node_modules', name)
  run('hey-api', bin('@hey-api/openapi-ts/bin/run.js'), [
    '-i',
    './out/openapi.json',
    '-o',
    'out/hey-api',
    '--silent',
  ])
  writeFileSync(
    join(out, 'orval.config.mjs'),
    `export default ${JSON.stringify({
      tasklane: {
        input: './openapi.json',
        output: { target: './orval/api.ts', client: 'fetch', baseUrl: base },
      },
    })}`,
  )
  run('orval', bin('orval/dist/bin/orval.mjs'), ['--config', 'out/orval.config.mjs'])
  const options = ['generate', '-p', 'out/openapi.json', '-o', 'out/swagger-typescript-api', '-n', 'api.ts']
  run('swagger-typescript-api', bin('swagger-typescript-api/dist/cli.mjs'), [...options, '--silent'])
  run('types of the clients', bin('typescript/bin/tsc'), ['-p', '.'])
}

/** Prism answers 500 where a request or an answer is not as the document says, and the client then fails. */
async function throughPrism() {
  const proxyPort = await freePort()
  const cli = join('node_modules', '@stoplight/prism-cli/dist/index.js')
  const options = [
    'proxy',
    'out/openapi.json',
    base,
    '--errors',
    '--host',
    '127.0.0.1',
    '--port',
    String(proxyPort),
  ]
  const prism = spawn(process.execPath, [cli, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => prism.once('exit', resolve))
  let log = ''
  prism.stdout.on('data', (text) => {
    log += text
  })
  try {
    await untilServed(`http://127.0.0.1:${proxyPort}/livez`)
    const client = join(out, 'js/src/hey-api.js')
    run('the same through prism', client, [], { TASKLANE: `http://127.0.0.1:${proxyPort}` })
    if (/violation/i.test(log)) throw new Error(`prism found a violation:\n${log}`)
  } catch (error) {
    process.stdout.write(log)
    throw error
  } finally {
    prism.kill('SIGTERM')
    await ended
  }
}

function importIntoPostman() {
  const cli = join('node_modules', 'openapi-to-postmanv2/bin/openapi2postmanv2.js')
  run("Postman's import", cli, ['-s', 'out/openapi.json', '-o', 'out/postman.json'])
  const { item } = JSON.parse(readFileSync(join(out, 'postman.json'), 'utf8'))
  const requests = (items) => items.flatMap((each) => (each.item ? requests(each.item) : [each]))
  const { paths } = JSON.parse(readFileSync(join(out, 'openapi.json'), 'utf8'))
  const operations = Object.values(paths).flatMap(Object.keys)
  if (requests(item).length !== operations.length) {
    throw new Error(`Postman has ${requests(item).length} of ${operations.length} operations`)
  }
}

function lint() {
  copyFileSync(join(here, 'redocly.yaml'), join(out, 'redocly.yaml'))
  const options = ['lint', 'out/openapi.json', '--config', 'out/redocly.yaml']
  run('redocly, as strict as it recommends', join(root, 'node_modules/@redocly/cli/bin/cli.js'), options)
}

function run(name, file, options, env = {}) {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...options], {
    env: { ...process.env, ...env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    encoding: 'utf8',
  })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${stdout}\n${stderr}`)
}

async function untilServed(url) {
  const deadline = Date.now() + START_SECONDS * 1000
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error(`Nothing is served at ${url} after ${START_SECONDS} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
