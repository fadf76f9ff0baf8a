import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { RawConnection } from './support/raw.ts'
import { parseAnswers } from './support/raw-answers.ts'
import { bytesOf, jsonType, post, task, whole, withBody } from './support/sent-requests.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('CONNECT is answered after what was asked before it', async () => {
  const user = await app.signIn()
  const sent = await Promise.all([post(user), post(user)])
  const talk = await RawConnection.open(app.url)
  talk.send(`${sent.map(({ bytes }) => bytes).join('')}CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n`)
  const answers = parseAnswers(await talk.ended(), ['POST', 'POST', 'CONNECT'])
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 405])
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test('nothing is done of what comes behind the last answer', async () => {
  const user = await app.signIn()
  const { bytes } = await post(user)
  const long = withBody(user, 'POST /tasks', `{"title":"${'x'.repeat(70_000)}"}`)
  const talk = await RawConnection.open(app.url)
  talk.send(long.slice(0, 1000))
  await talk.until(whole)
  talk.send(long.slice(1000) + bytes + bytes)
  const answers = parseAnswers(await talk.ended(), ['POST'])
  expect(answers.map(({ status }) => status)).toEqual([413])
  expect((await user.get('/tasks')).body.total).toBe(0)

  const again = await RawConnection.open(app.url)
  again.send(bytes + bytes + bytes.replace('Host: a', 'Host: a, b') + bytes)
  expect(parseAnswers(await again.ended(), ['POST', 'POST', 'POST']).map(({ status }) => status)).toEqual([
    201, 201, 400,
  ])
  expect((await user.get('/tasks')).body.total).toBe(2)
})

test('a request to upgrade is the last one: nothing behind it is done', async () => {
  const user = await app.signIn()
  const { bytes } = await post(user)
  const upgrade = bytesOf(
    user,
    'POST /tasks',
    ['Connection: Upgrade', 'Upgrade: h2c', jsonType, 'Content-Length: 13'],
    task,
  )
  const talk = await RawConnection.open(app.url)
  talk.send(upgrade + bytes)
  expect(parseAnswers(await talk.ended(), ['POST'])).toMatchObject([{ status: 201 }])
  expect((await user.get('/tasks')).body.total).toBe(1)
})
