import { expect, test } from 'vitest'
import { startTestApp } from './support/app.ts'
import { failWith } from './support/database-faults.ts'
import { createTasks } from './support/tasks.ts'

test('what nobody expected is a 500 that says only so, and the request id', async () => {
  const broken = await startTestApp()
  try {
    const user = await broken.signIn()
    expect((await user.post('/tasks', { title: 'a' })).status).toBe(201)
    await failWith(broken.database, 'XX000', 'the table tasks at 10.0.0.1 is broken')
    const requests = [
      () => user.get('/tasks', { 'x-request-id': 'mine' }),
      () => user.post('/tasks', { title: 'a' }, { 'x-request-id': 'mine' }),
    ]
    for (const request of requests) {
      const { status, headers, text } = await request()
      expect(status).toBe(500)
      expect(headers.get('x-request-id')).toBe('mine')
      expect(JSON.parse(text)).toEqual({
        type: 'about:blank',
        title: 'Internal error',
        status: 500,
        code: 'internal',
        detail: 'Internal error; the request id is mine',
      })
    }
  } finally {
    await broken.close()
  }
})

test('while the database is down the answer is 503 with Retry-After, and a bad token is still 401', async () => {
  const broken = await startTestApp()
  try {
    const user = await broken.signIn()
    const [task] = await createTasks(user, 1)
    await failWith(broken.database, '57P03', 'the database system is starting up')
    const answers = [
      await user.get('/tasks'),
      await user.post('/tasks', { title: 'a' }),
      await user.get(`/tasks/${task.id}`),
      await user.patch(`/tasks/${task.id}`, { title: 'a' }),
      await user.delete(`/tasks/${task.id}`),
    ]
    for (const { status, headers, body, text } of answers) {
      expect(status).toBe(503)
      expect(body).toMatchObject({ title: 'Unavailable', code: 'unavailable' })
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(text).not.toContain('starting up')
    }
    const bad = await broken.anonymous.get('/tasks', { authorization: `Bearer ${user.token}x` })
    expect(bad.status).toBe(401)
    expect((await broken.anonymous.get('/tasks')).status).toBe(401)
    // What is wrong with the request itself is told as well.
    expect((await user.post('/tasks', { title: '' })).status).toBe(422)
  } finally {
    await broken.close()
  }
})
