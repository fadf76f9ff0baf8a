import { expect, test } from 'vitest'
import { at } from './support/body.ts'
import { Crowd, type Findings } from './support/crowd.ts'
import { type Lie, startStandIn } from './support/stand-in.ts'

/** All that users find wrong with a service that lies. */
async function findingsOn(lie: Lie): Promise<Findings> {
  const service = await startStandIn(lie)
  const crowd = await Crowd.gather({ users: 2 })
  crowd.start(service.url)
  await crowd.answered(200)
  const findings = await crowd.finish()
  await service.close()
  return findings
}

/** After so many requests users know some tasks. */
const soon = 60
const refusal = { status: 503, headers: { 'retry-after': '1' } }
const every = 20
/** Titles of tasks that were refused once. */
const refused = new Set<unknown>()

test('users find nothing wrong with a service that keeps what it acknowledges, and at times refuses', async () => {
  const findings = await findingsOn(({ number }) => (number % every === 0 ? refusal : undefined))
  expect(findings).toEqual({ lost: [], wrong: [] })
})

const losses: [string, Lie][] = [
  [
    'forgets a task that it acknowledged',
    ({ method, number }, reply, { tasks }) => {
      if (method === 'GET' && number > soon) tasks.clear()
      return reply
    },
  ],
  [
    'answers a creation before it is done, and does not do it',
    ({ method, number }, reply, { tasks }) => {
      if (method === 'POST' && number > soon) tasks.delete([...tasks.keys()].at(-1) ?? '')
      return reply
    },
  ],
  [
    'answers 404 for a task that is there',
    ({ method, path, number }) =>
      method === 'GET' && /^\/tasks\/.*-/.test(path) && number > soon ? { status: 404 } : undefined,
  ],
  [
    'gives an empty list now and then',
    ({ method, path, number }) =>
      method === 'GET' && path === '/tasks' && number > soon
        ? { status: 200, body: { data: [], total: 0 } }
        : undefined,
  ],
]

test.each(losses)('users find the loss where a service %s', async (_what, lie) => {
  const { lost } = await findingsOn(lie)
  expect(lost.length).toBeGreaterThan(0)
})

const wrongs: [string, Lie, RegExp][] = [
  ['answers 500', ({ number }) => (number % every === 0 ? { status: 500 } : undefined), /: 500/],
  [
    'refuses without Retry-After',
    ({ number }) => (number % every === 0 ? { status: 503 } : undefined),
    /503 without Retry-After/,
  ],
  [
    'does twice what is repeated with its key',
    ({ method }, { body }, { answers }) => {
      answers.clear()
      const title = at(body, 'title')
      if (method !== 'POST' || refused.has(title)) return undefined
      refused.add(title)
      return refusal
    },
    /twice/,
  ],
  [
    'counts what is not there',
    ({ path }, reply, { tasks }) =>
      path === '/me' ? { ...reply, body: { task_count: tasks.size + 1 } } : undefined,
    /\/me counts/,
  ],
  [
    'tells less in the feed than in the list',
    ({ path }) => (path === '/tasks/changes' ? { status: 200, body: { changes: [] } } : undefined),
    /the feed tells of 0 tasks/,
  ],
]

test.each(wrongs)('users find it wrong where a service %s', async (_what, lie, told) => {
  const { wrong } = await findingsOn(lie)
  expect(wrong.join('\n')).toMatch(told)
})
