import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { freePort } from './support/free-port.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

async function metricsAt(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/)
  return response.text()
}

/** How many requests were counted with these labels. */
function countOf(metrics: string, labels: string): number {
  const prefix = `http_request_duration_seconds_count{${labels}} `
  const line = metrics.split('\n').find((candidate) => candidate.startsWith(prefix))
  return Number(line?.slice(prefix.length) ?? 0)
}

test('requests are counted by method, route and status, with how long they took', async () => {
  const user = await app.signIn()
  const before = await metricsAt(app.url)
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  for (let i = 0; i < 3; i += 1) await user.get(`/tasks/${task.id}`)
  await user.get('/tasks/01234567-89ab-7def-8123-456789abcdef')
  await app.anonymous.get('/tasks')
  const after = await metricsAt(app.url)
  const grown = (labels: string) => countOf(after, labels) - countOf(before, labels)
  expect(grown('method="POST",route="/tasks",status="201"')).toBe(1)
  expect(grown('method="GET",route="/tasks/:id",status="200"')).toBe(3)
  expect(grown('method="GET",route="/tasks/:id",status="404"')).toBe(1)
  expect(grown('method="GET",route="/tasks",status="401"')).toBe(1)
  expect(after).toMatch(
    /^http_request_duration_seconds_bucket\{le="0.005",method="GET",route="\/tasks\/:id",status="200"\} \d+$/m,
  )
})

test('the pool, the lanes, the event streams, the event loop and the database’s errors are there', async () => {
  const metrics = await metricsAt(app.url)
  for (const name of [
    'database_pool_connections',
    'database_pool_waiting',
    'database_lanes_waiting',
    'database_errors_total',
    'event_streams',
    'nodejs_eventloop_lag_seconds',
    'process_resident_memory_bytes',
  ]) {
    expect(metrics).toMatch(new RegExp(`^${name} [\\d.e+-]+$`, 'm'))
  }
})

test('no user, id, title or token is in the metrics', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Secret errand' })
  await user.get(`/tasks/${task.id}?secret=errand`)
  await user.get('/tasks?q=errand')
  await user.get(`/tasks/${task.id}`)
  const metrics = await metricsAt(app.url)
  for (const secret of [user.id, task.id, 'errand', user.token ?? '']) expect(metrics).not.toContain(secret)
})

test('unknown paths and methods do not make new series', async () => {
  const user = await app.signIn()
  const probe = async (name: string) => {
    await user.get(`/tasks/${name}/nowhere`)
    await app.anonymous.get(`/${name}`)
    await app.anonymous.request('PROPFIND', `/${name}`)
    await app.anonymous.request('PUT', '/tasks')
  }
  await probe('first')
  const series = (text: string) => text.split('\n').filter((line) => line.startsWith('http_request')).length
  await metricsAt(app.url)
  const before = series(await metricsAt(app.url))
  for (let i = 0; i < 20; i += 1) await probe(`name-${i}`)
  const after = await metricsAt(app.url)
  expect(series(after)).toBe(before)
  expect(after).toMatch(/route="unknown",status="404"/)
  expect(after).not.toContain('name-')
})

test('an error of the database is counted, and a caller’s is not', async () => {
  const broken = await startTestApp()
  const user = await broken.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  const errors = async () => Number(/^database_errors_total (\d+)$/m.exec(await metricsAt(broken.url))?.[1])
  await user.get('/tasks/01234567-89ab-7def-8123-456789abcdef')
  await user.patch(`/tasks/${task.id}`, { title: '' })
  expect(await errors()).toBe(0)
  await broken.database.pool.query('alter table tasks rename to tasks_away')
  expect((await user.get(`/tasks/${task.id}`)).status).toBe(500)
  expect(await errors()).toBe(1)
  await broken.database.pool.query('alter table tasks_away rename to tasks')
  expect((await user.get(`/tasks/${task.id}`)).status).toBe(200)
  await broken.close()
})

test('on a port of their own, metrics are there and nowhere else', async () => {
  const port = await freePort()
  const apart = await startTestApp({ METRICS_PORT: String(port) })
  expect((await apart.anonymous.get('/metrics')).status).toBe(404)
  const url = `http://127.0.0.1:${port}`
  expect(await metricsAt(url)).toMatch(
    /^http_request_duration_seconds_count.*route="unknown",status="404"\} 1$/m,
  )
  expect((await fetch(`${url}/tasks`)).status).toBe(404)
  await apart.close()
  await expect(fetch(`${url}/metrics`)).rejects.toThrow()
})
