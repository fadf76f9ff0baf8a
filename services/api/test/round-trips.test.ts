import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp, type User } from './support/app.ts'
import { roundTripsOf } from './support/round-trips.ts'

/*
 * What a request costs where the database is far away. Everything else that waits is in the same place as the service.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** The ids of tasks that a fresh user has, those that repeat and one that does not. */
interface Home {
  user: User
  plain: string
  repeating: string
  another: string
  /** A task that was completed, and made a next one. */
  done: string
}

const weekly = { due: '2026-11-20', recurrence: 'FREQ=WEEKLY' }

async function home(): Promise<Home> {
  const user = await app.signIn()
  const create = async (task: object): Promise<string> => (await user.post('/tasks', task)).body.id
  const ids = {
    plain: await create({ title: 'Call home' }),
    repeating: await create({ title: 'Water', ...weekly }),
    another: await create({ title: 'Sweep', ...weekly }),
    done: await create({ title: 'Feed the cat', ...weekly }),
  }
  await user.patch(`/tasks/${ids.done}`, { completed: true })
  return { user, ...ids }
}

const complete = { completed: true }
const open = { completed: false }

const requests: [what: string, trips: number, send: (home: Home) => Promise<{ status: number }>][] = [
  ['reading a task', 1, ({ user, plain }) => user.get(`/tasks/${plain}`)],
  ['a page', 1, ({ user }) => user.get('/tasks')],
  ['creating a task', 1, ({ user }) => user.post('/tasks', { title: 'New' })],
  ['a change', 1, ({ user, plain }) => user.patch(`/tasks/${plain}`, { title: 'Call' })],
  ['completing a task', 1, ({ user, plain }) => user.patch(`/tasks/${plain}`, complete)],
  ['deleting a task', 1, ({ user, plain }) => user.delete(`/tasks/${plain}`)],
  ['completing a task that repeats', 2, ({ user, repeating }) => user.patch(`/tasks/${repeating}`, complete)],
  ['completing it again', 1, ({ user, done }) => user.patch(`/tasks/${done}`, complete)],
  ['moving a task', 4, ({ user, plain, another }) => user.post(`/tasks/${plain}/move`, { after: another })],
  ['taking its completion back', 2, ({ user, done }) => user.patch(`/tasks/${done}`, open)],
  [
    'a batch that completes and takes back tasks that repeat',
    3,
    ({ user, repeating, another, done, plain }) =>
      user.post('/tasks/batch', {
        operations: [
          { op: 'update', id: repeating, ...complete },
          { op: 'update', id: plain, title: 'Call', ...complete },
          { op: 'update', id: done, ...open },
          { op: 'update', id: another, ...complete },
        ],
      }),
  ],
]

test.each(requests)('%s costs %i round trips', async (_, trips, send) => {
  // What a connection is asked for the first time is prepared on it, in the same round trip.
  for (let times = 0; times < 2; times += 1) {
    const at = await home()
    const count = await roundTripsOf(async () => expect((await send(at)).status).toBeLessThan(300))
    expect(count).toBe(trips)
  }
})
