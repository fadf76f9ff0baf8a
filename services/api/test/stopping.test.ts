import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { startApp } from '../src/service.ts'
import { testSecret, token } from './support/app.ts'
import { Client } from './support/client.ts'
import { createTestDatabase } from './support/database.ts'
import { createGate } from './support/gate.ts'
import { silentLog } from './support/log.ts'
import { RawConnection } from './support/raw.ts'
import { parseAnswers } from './support/raw-answers.ts'

/** An app whose stop, once begun, waits until `served` is opened. */
async function startHeldApp() {
  const { database, drop } = await createTestDatabase()
  const app = await startApp(loadConfig({ JWT_SECRET: testSecret }), database, silentLog)
  const stopping = createGate()
  const served = createGate()
  app.addHook('preClose', async () => {
    stopping.open()
    await served.passed
  })
  return { app, drop, stopping, served }
}

test('while it stops, the service is not ready, serves who comes, and closes their connections', async () => {
  const { app, drop, stopping, served } = await startHeldApp()
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

test('while it stops, requests that were sent at once are all answered, and the last answer says that it is the last', async () => {
  const { app, drop, stopping, served } = await startHeldApp()
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const bearer = await token({ sub: randomUUID() })
  const talk = await RawConnection.open(url)
  const closed = app.close()
  await stopping.passed
  const head = `Host: a\r\nAuthorization: Bearer ${bearer}\r\nContent-Type: application/json\r\nContent-Length: 13`
  talk.send(`POST /tasks HTTP/1.1\r\n${head}\r\n\r\n{"title":"a"}`.repeat(3))
  const answers = parseAnswers(await talk.ended(), ['POST', 'POST', 'POST'])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(answers.at(-1)?.headers.get('connection')).toBe('close')
  expect((await new Client(url, bearer).get('/tasks')).body.total).toBe(3)
  served.open()
  await closed
  await drop()
})
