import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startTestApp } from './support/app.ts'
import { captureLog } from './support/log.ts'

test('a request is one line with its route, status, time, id and user, and no more', async () => {
  const { log, lines } = captureLog()
  const app = await startTestApp({}, log)
  const alice = await app.signIn()
  const { body: task } = await alice.post('/tasks', { title: 'Buy milk' })
  lines.length = 0
  await alice.get(`/tasks/${task.id}?x=1`, { 'x-request-id': 'first' })
  await app.anonymous.get('/nowhere?x=1', { 'x-request-id': 'second' })
  await expect.poll(() => lines.length).toBe(2)
  const time = { time: expect.any(String), ms: expect.any(Number), level: 30, msg: 'request' }
  const [first, second] = lines
  expect(first).toEqual({
    ...time,
    method: 'GET',
    route: '/tasks/:id',
    status: expect.any(Number),
    requestId: 'first',
    userId: alice.id,
  })
  expect(second).toEqual({ ...time, method: 'GET', route: 'unknown', status: 404, requestId: 'second' })
  await app.close()
})

test('an internal error is logged with the request id that its answer tells, and without what was sent', async () => {
  const { log, lines } = captureLog()
  const app = await startTestApp({}, log)
  const alice = await app.signIn()
  await app.database.pool.query(`create function fail() returns trigger language plpgsql as
    $$ begin raise exception using errcode = '22000', message = E'cannot take\\n' || new.title; end $$`)
  await app.database.pool.query(
    'create trigger fail before insert on tasks for each row execute function fail()',
  )
  const answer = await alice.post('/tasks', { title: 'secret-title' }, { 'x-request-id': 'the-id' })
  expect([answer.status, answer.body.detail]).toEqual([500, expect.stringContaining('the-id')])
  expect(answer.text).not.toContain('secret-title')

  await expect.poll(() => lines.some(({ msg }) => msg === 'request')).toBe(true)
  const error = lines.find(({ level }) => level === 50)
  expect(error).toMatchObject({ requestId: 'the-id', msg: 'internal error', err: { code: '22000' } })
  expect(JSON.stringify(lines)).not.toContain('secret-title')
  await app.close()
})

test('an error is logged with its cause, and a thrown value that is none without its content', () => {
  const { log, lines } = captureLog()
  const cause = Object.assign(new Error('a cause'), { code: 'E_CAUSE', parameters: [randomUUID()] })
  log.error({ err: new Error('it failed', { cause }) }, 'first')
  log.error({ err: 'secret-title' }, 'second')
  expect(lines[0]).toMatchObject({
    err: { name: 'Error', message: 'it failed', cause: { message: 'a cause', code: 'E_CAUSE' } },
  })
  expect(JSON.stringify(lines)).not.toContain('parameters')
  expect(JSON.stringify(lines)).not.toContain('secret-title')
})
