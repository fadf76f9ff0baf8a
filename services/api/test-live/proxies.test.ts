import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { createViteServer } from 'vitest/node'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/open.ts'
import { startApp } from '../src/service.ts'
import { productionStreamTiming } from '../src/sync/timing.ts'
import { silentLog } from '../test/support/log.ts'
import { chromiumArguments, findChromium } from './support/chromium.ts'
import { blocksOf } from './support/markdown.ts'
import { type Place, type RunningProxy, startApache, startCaddy, startNginx } from './support/proxy.ts'
import { repository, temporaryFolder } from './support/server.ts'
import { ask, follow, type Question } from './support/visitor.ts'

const documents = readFileSync(join(repository, 'docs/proxies.md'), 'utf8')
const credentials = { email: `${randomUUID()}@example.com`, password: 'correct horse battery' }
const LIMIT = 5000

let time = Date.now()
const timing = {
  // Stands still, so that no window of the limits and no token ends within a test.
  now: () => time,
  // No comment pushes an event on that a proxy holds.
  streams: { ...productionStreamTiming, keepAliveMilliseconds: 3_600_000 },
}

const folder = temporaryFolder()
let service: string
let token: string
beforeAll(async () => {
  const env = { DATA_DIR: folder.path, TRUST_PROXY: 'loopback', RATE_LIMIT_PER_MINUTE: String(LIMIT) }
  const config = loadConfig(env)
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, timing)
  service = await app.listen({ host: '127.0.0.1', port: 0 })
  const { body: session } = await ask(`${service}/auth/sign-up/email`, { method: 'POST', body: credentials })
  const authorization = `Bearer ${session.token}`
  token = (await ask(`${service}/auth/token`, { headers: { authorization } })).body.token
  time = Date.now()
  return async () => {
    await app.close()
    folder.remove()
  }
})

const bearer = () => ({ authorization: `Bearer ${token}` })

/** What nginx does when it is told no more than where to pass requests on, and to compress. */
const bareNginx = ({ port }: Place) => `gzip on;
  gzip_types application/json text/event-stream;
  gzip_min_length 0;
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${service}; }
  }`

const bareApache = ({ port }: Place) => `<VirtualHost *:${port}>
  ProxyPass / ${service}/
  SetOutputFilter DEFLATE
</VirtualHost>`

/** The documents' example, moved to this place. */
function example(section: string, { port, certificate, key }: Place): string {
  const [block] = blocksOf(documents, section)
  if (block === undefined) throw new Error(`There is no example of ${section}`)
  return block.text
    .replaceAll('http://127.0.0.1:3000', service)
    .replaceAll('127.0.0.1:3000', new URL(service).host)
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replace('*:443', `*:${port}`)
    .replace('/etc/ssl/tasks.example.com.pem', certificate)
    .replace('/etc/ssl/tasks.example.com.key', key)
}

const bare: [name: string, start: () => Promise<RunningProxy>][] = [
  ['nginx', () => startNginx('http', bareNginx)],
  ['Apache', () => startApache('http', bareApache)],
]
const documented: [name: string, start: () => Promise<RunningProxy>][] = [
  ['nginx', () => startNginx('https', (place) => example('nginx', place))],
  ['Apache', () => startApache('https', (place) => example('Apache', place))],
  ['Caddy', () => startCaddy((place) => example('Caddy', place))],
]

async function running(start: () => Promise<RunningProxy>): Promise<string> {
  const proxy = await start()
  onTestFinished(proxy.stop)
  return proxy.url
}

function create(url: string): Promise<{ title: string; path: string; etag: string }> {
  const title = randomUUID()
  return ask(`${url}/tasks`, { method: 'POST', headers: bearer(), body: { title } }).then((answer) => {
    expect(answer.status).toBe(201)
    return { title, path: `/tasks/${answer.body.id}`, etag: String(answer.headers.etag) }
  })
}

/** Changes the task under the tag that a compressed GET has shown. */
async function changeAsSeen(url: string, path: string) {
  const seen = await ask(url + path, { headers: bearer() })
  const condition = { ...bearer(), 'if-match': String(seen.headers.etag) }
  const answer = await ask(url + path, { method: 'PATCH', headers: condition, body: { completed: true } })
  return { tag: String(seen.headers.etag), answer }
}

async function expectLiveEvents(url: string): Promise<void> {
  const title = randomUUID()
  const { arrived, headers } = await follow(`${url}/tasks/events`, { headers: bearer() }, title)
  expect(headers['content-type']).toMatch(/^text\/event-stream/)
  // Past the proxy, so that nothing but the event itself can push it on.
  await ask(`${service}/tasks`, { method: 'POST', headers: bearer(), body: { title } })
  await arrived
  expect(headers['cache-control']).toContain('no-transform')
}

const signIn = (url: string, question: Question) =>
  ask(`${url}/auth/sign-in/email`, { method: 'POST', body: credentials, ...question })

test.each(bare)('live events arrive one by one through %s as it comes, compressing', async (_name, start) => {
  await expectLiveEvents(await running(start))
})

test.each(bare)(
  'a page behind %s as it comes may sign in, and one of another site may not',
  async (_name, start) => {
    const url = await running(start)
    const own = { origin: url, 'sec-fetch-site': 'same-origin' }
    expect((await signIn(url, { headers: own })).status).toBe(200)
    const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    expect((await signIn(url, { headers: foreign })).status).toBe(403)
  },
)

test.each(bare)('the 412 for a tag that %s has rewritten says so', async (_name, start) => {
  const url = await running(start)
  const { path, etag } = await create(service)
  const { tag, answer } = await changeAsSeen(url, path)
  expect(tag).not.toBe(etag)
  expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' } })
  expect(answer.body.detail).toMatch(/^A proxy has weakened the entity tag in If-Match, or added to it/)
})

test.each(documented)(
  '%s as the documents set it up hides nothing of a task and changes nothing',
  async (_name, start) => {
    const url = await running(start)
    const { path, etag } = await create(url)
    const { tag, answer } = await changeAsSeen(url, path)
    expect(tag).toBe(etag)
    expect(answer).toMatchObject({ status: 200, body: { completed: true } })
    await expectLiveEvents(url)
    // Longer than nginx lets a body be unless told.
    const lines = `${`${' '.repeat(60_000)}\n`.repeat(36)}x`
    const headers = { ...bearer(), 'content-type': 'application/x-ndjson' }
    const refused = await ask(`${url}/me/import`, { method: 'POST', headers, body: lines })
    expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  },
)

test.each(documented)(
  '%s as the documents set it up tells the page, the scheme and the client',
  async (_name, start) => {
    const url = await running(start)
    const origin = url.replace('127.0.0.1', 'tasks.example.com')
    // As of a browser that does not send Sec-Fetch-Site.
    const { status, headers } = await signIn(url, { headers: { origin } })
    expect(status).toBe(200)
    expect(String(headers['set-cookie'])).toMatch(/^__Host-tasklane-session=.*; Secure$/)
    expect((await signIn(url, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403)

    const remaining = async (question: Question) => {
      const answer = await ask(`${url}/openapi.json`, question)
      return Number(/r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1])
    }
    const address = freshAddress()
    const forged = { 'x-forwarded-for': `${freshAddress()}, unknown` }
    expect(await remaining({ from: address })).toBe(LIMIT - 1)
    expect(await remaining({ from: address, headers: forged })).toBe(LIMIT - 2)
    expect(await remaining({ from: freshAddress() })).toBe(LIMIT - 1)
  },
)

let clients = 1
/** TRUST_PROXY has the whole loopback network; the client is then the furthest address of all. */
function freshAddress(): string {
  clients += 1
  return `127.0.1.${clients}`
}

test('a page on a dev server that rewrites Host may sign in through it', async () => {
  const proxy = { '/auth': { target: service, changeOrigin: true } }
  const vite = await createViteServer({
    configFile: false,
    root: folder.path,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0, proxy, watch: null },
  })
  onTestFinished(() => vite.close())
  await vite.listen()
  const url = vite.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? ''
  expect((await signIn(url, { headers: { origin: url, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  expect((await signIn(url, { headers: { origin: url } })).status).toBe(403)
})

test('a real browser signs in behind nginx as it comes, although Host is rewritten', async () => {
  const url = await running(() => startNginx('http', bareNginx))
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArguments })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${url}/docs`)
  // As text: what runs in the page does not know the types of Node, nor Node those of the page.
  const request = `fetch('/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '${JSON.stringify(credentials)}',
  }).then(({ status }) => status)`
  expect(await page.evaluate(request)).toBe(200)
  expect(await page.evaluate("fetch('/auth/token').then(({ status }) => status)")).toBe(200)
})
