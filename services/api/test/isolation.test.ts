import { afterAll, expect, test } from 'vitest'
import { startTestApp } from './support/app.ts'
import { countingRevisions, IsolationRun } from './support/isolation.ts'
import { silentLog } from './support/log.ts'
import { recordRoutes } from './support/route-recorder.ts'

const { routes, result: app } = await recordRoutes(() => startTestApp({}, silentLog, countingRevisions))
afterAll(() => app.close())

test('a user in a crowd is told what they are told alone, and touches nobody', async () => {
  const run = new IsolationRun(app, routes)
  const alone = await run.alone()
  const { told, touched } = await run.crowded(alone)
  expect(told).toEqual([])
  expect(touched).toEqual([])
})
