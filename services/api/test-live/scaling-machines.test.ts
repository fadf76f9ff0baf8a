import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { openDatabase } from '../src/database/open.ts'
import { startApp } from '../src/service.ts'
import { testSecret, timingOfTests, token } from '../test/support/app.ts'
import { startCluster } from '../test/support/cluster.ts'
import { silentLog } from '../test/support/log.ts'
import { blocksOf } from './support/markdown.ts'
import { type Place, startNginx } from './support/proxy.ts'
import { repository } from './support/server.ts'
import { ask, follow } from './support/visitor.ts'

const scaling = readFileSync(join(repository, 'docs/scaling.md'), 'utf8')

interface Machine {
  url: string
  close: () => Promise<unknown>
}

async function startMachine(databaseUrl: string): Promise<Machine> {
  const env = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: testSecret,
    TRUST_PROXY: 'loopback',
    RATE_LIMIT_PER_MINUTE: '0',
  }
  const config = loadConfig(env)
  const app = await startApp(config, await openDatabase(config, silentLog), silentLog, timingOfTests)
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

/** How many requests on tasks a machine has answered, by its own count. */
async function answered({ url }: Machine): Promise<number> {
  const { body } = await ask(`${url}/metrics`)
  const counts = String(body).matchAll(/^http_request_duration_seconds_count\{.*"\/tasks.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

test('two machines behind the documented nginx share the work, hear of each other’s writes, and one may go', async () => {
  const cluster = await startCluster(['fsync=off'])
  onTestFinished(cluster.stop)
  const first = await startMachine(cluster.url)
  const second = await startMachine(cluster.url)
  onTestFinished(async () => void (await second.close()))
  const [example] = blocksOf(scaling, 'More machines')
  const nginx = await startNginx('https', ({ port, certificate, key }: Place) =>
    (example?.text ?? '')
      .replace('10.0.0.11:3000', new URL(first.url).host)
      .replace('10.0.0.12:3000', new URL(second.url).host)
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replace('/etc/ssl/tasks.example.com.pem', certificate)
      .replace('/etc/ssl/tasks.example.com.key', key),
  )
  onTestFinished(nginx.stop)
  const authorization = `Bearer ${await token({ sub: randomUUID() })}`
  const post = async (title: string) =>
    (await ask(`${nginx.url}/tasks`, { method: 'POST', headers: { authorization }, body: { title } })).status
  expect(await post('First')).toBe(201)
  const streams = await Promise.all(
    [first, second].map(({ url }) =>
      follow(`${url}/tasks/events`, { headers: { authorization } }, 'Heard by both'),
    ),
  )
  for (let number = 0; number < 10; number += 1) expect(await post('Buy milk')).toBe(201)
  expect(await post('Heard by both')).toBe(201)
  await Promise.all(streams.map(({ arrived }) => arrived))
  expect(await answered(first)).toBeGreaterThan(0)
  expect(await answered(second)).toBeGreaterThan(0)

  await first.close()
  for (let number = 0; number < 10; number += 1) expect(await post('Buy milk')).toBe(201)
  const { body } = await ask(`${nginx.url}/tasks`, { headers: { authorization } })
  expect(body.total).toBe(22)
})
