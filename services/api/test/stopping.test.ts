import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { startApp } from '../src/start.ts'
import { testSecret, token } from './support/app.ts'
import { Client } from './support/client.ts'
import { createTestDatabase } from './support/database.ts'
import { createGate } from './support/gate.ts'
import { silentLog } from './support/log.ts'

test('while it stops, the service is not ready, serves who comes, and closes their connections', async () => {
  const { database, drop } = await createTestDatabase()
  const app = await startApp(loadConfig({ JWT_SECRET: testSecret }), database, silentLog)
  const stopping = createGate()
  const served = createGate()
  app.addHook('preClose', async () => {
    stopping.open()
    await served.passed
  })
  const client = new Client(
    await app.listen({ host: '127.0.0.1', port: 0 }),
    await token({ sub: randomUUID() }),
  )
  expect((await client.get('/readyz')).status).toBe(200)

  const closed = app.close()
  await stopping.passed
  const ready = await client.get('/readyz')
  expect([ready.status, ready.body.code]).toEqual([503, 'unavailable'])
  const created = await client.post('/tasks', { title: 'Buy milk' })
  expect([created.status, created.headers.get('connection')]).toEqual([201, 'close'])
  served.open()
  await closed
  await drop()
})
