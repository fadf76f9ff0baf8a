import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { createTasks } from './support/tasks.ts'

const app = await sharedApp()

test('a URL of more than 8 KiB is 414 on every path, with or without a token, and one byte less is served', async () => {
  const user = await app.signIn()
  const [task] = await createTasks(user, 1)
  for (const path of ['/livez?', '/tasks?q=', '/tasks/', '/tasks/%ff', '/nowhere/', '/%', '/docs/static/']) {
    const url = path.padEnd(8193, 'a')
    for (const client of [user, app.anonymous]) {
      const { status, body } = await client.get(url)
      expect(status, path).toBe(414)
      expect(body).toMatchObject({ code: 'malformed_request', detail: 'The URL is too long' })
      expect((await client.get(url.slice(0, -1))).status, path).not.toBe(414)
    }
  }
  const served = await user.get(`/tasks?q=${encodeURIComponent(task.title)}`)
  expect(served.body).toMatchObject({ data: [task] })
})

test.each(['%', '%zz', '%c3%28', '%ed%a0%80'])('a path that cannot be decoded is 400: %s', async (part) => {
  const user = await app.signIn()
  for (const path of [`/tasks/${part}`, `/${part}`]) {
    const { status, body } = await user.get(path)
    expect(status).toBe(400)
    expect(body.code).toBe('malformed_request')
  }
})

test.each(['%', '%zz', '%ff', '%c3%28', '%ed%a0%80'])(
  'a query that cannot be decoded is 400: %s',
  async (part) => {
    const user = await app.signIn()
    const [task] = await createTasks(user, 1)
    for (const path of [`/tasks?q=${part}`, `/tasks?${part}=1`, `/tasks/${task.id}?${part}`]) {
      const { status, body } = await user.get(path)
      expect([status, body.code], path).toEqual([400, 'malformed_request'])
    }
    expect((await user.get('/tasks?q=%e2%82%ac')).status).toBe(200)
    expect((await user.get(`/tasks?q=${'%'.repeat(8000)}`)).status).toBe(400)
  },
)

test('a path or a query that cannot be decoded opens nothing without a token', async () => {
  for (const path of ['/tasks/%zz', '/tasks?q=%ff', '/trash/%ff', '/me/%']) {
    expect((await app.anonymous.get(path)).status, path).toBe(401)
  }
})
