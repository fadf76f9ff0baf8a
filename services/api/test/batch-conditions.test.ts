import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { batch, refused } from './support/batches.ts'
import { etagOf } from './support/entity-tags.ts'
import { create } from './support/tasks.ts'

const app = await sharedApp()

const unknown = '01234567-89ab-7def-8123-456789abcdef'

interface Refusal {
  errors: { path: string }[]
}

test('every task in a result has its entity tag beside it, and a deletion has none', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  const { body } = await batch(user, [
    { op: 'create', title: 'New' },
    { op: 'update', id, title: 'Changed' },
    { op: 'update', id },
    { op: 'delete', id: (await create(user, 'Gone')).id },
  ])
  const [created, updated, same, deleted] = body.results
  expect(created.etag).toBe(await etagOf(user, created.task.id))
  expect(updated.etag).toBe(await etagOf(user, id))
  expect(same.etag).toBe(updated.etag)
  expect(deleted).not.toHaveProperty('etag')
})

test('a change and a deletion are done under the entity tag that the task has, or under any', async () => {
  const user = await app.signIn()
  const [a, b, c] = [await create(user), await create(user), await create(user)]
  const { body } = await batch(user, [
    { op: 'update', id: a.id, if_match: await etagOf(user, a.id), title: 'A' },
    { op: 'update', id: b.id, if_match: '*', title: 'B' },
    { op: 'delete', id: b.id, if_match: '*' },
    { op: 'delete', id: c.id, if_match: await etagOf(user, c.id) },
  ])
  expect(body.results.map(({ status }: { status: number }) => status)).toEqual([200, 200, 204, 204])
  expect((await user.get('/tasks')).body.data).toMatchObject([{ id: a.id, title: 'A' }])
})

test('stale entity tags are named, every one, and nothing is done', async () => {
  const user = await app.signIn()
  const [a, b] = [await create(user, 'A'), await create(user, 'B')]
  const [stale, current] = [await etagOf(user, a.id), await etagOf(user, b.id)]
  await user.patch(`/tasks/${a.id}`, { title: 'A2' })
  const paths = await refused(user, 412, 'precondition_failed', [
    { op: 'create', title: 'New' },
    { op: 'update', id: a.id, if_match: stale, title: 'A3' },
    { op: 'update', id: b.id, if_match: current, title: 'B2' },
    { op: 'delete', id: a.id, if_match: stale },
    { op: 'delete', id: b.id, if_match: `W/${current}` },
    { op: 'delete', id: b.id, if_match: '""' },
    { op: 'update', id: b.id, if_match: '"ÿ"' },
  ])
  expect(paths).toEqual([1, 3, 4, 5, 6].map((index) => `/operations/${index}/if_match`))
})

test.each([
  ['404', (_id: string) => [{ op: 'delete', id: unknown }]],
  ['409', (id: string) => [{ op: 'create', id, title: 'Again' }]],
  ['412', (id: string) => [{ op: 'delete', id, if_match: '"1"' }]],
])('a %s is the one that the document shows', async (status, operationsOf) => {
  const user = await app.signIn()
  const { paths } = (await app.anonymous.get('/openapi.json')).body
  const { examples } = paths['/tasks/batch'].post.responses[status].content['application/problem+json']
  const { body } = await batch(user, operationsOf((await create(user)).id))
  const [example] = Object.values<{ value: Refusal }>(examples)
  const withoutPaths = (refusal: Refusal | undefined) => ({
    ...refusal,
    errors: refusal?.errors.map((fault) => ({ ...fault, path: '' })),
  })
  expect(withoutPaths(body)).toEqual(withoutPaths(example?.value))
})

test('a condition is judged after the operations before it, and a refused one counts as not done', async () => {
  const user = await app.signIn()
  const { id } = await create(user)
  const first = await etagOf(user, id)
  const twice = [
    { op: 'update', id, if_match: first, title: 'Changed' },
    { op: 'update', id, if_match: first, title: 'Changed again' },
  ]
  expect(await refused(user, 412, 'precondition_failed', twice)).toEqual(['/operations/1/if_match'])
  const afterRefusal = [
    { op: 'update', id, if_match: '"1"', title: 'Refused' },
    { op: 'update', id, if_match: first, title: 'Changed' },
  ]
  expect(await refused(user, 412, 'precondition_failed', afterRefusal)).toEqual(['/operations/0/if_match'])
  const unchanged = [
    { op: 'update', id, if_match: first },
    { op: 'update', id, if_match: first, title: 'Changed' },
  ]
  expect((await batch(user, unchanged)).status).toBe(200)
})

test.each(['12', 'W/12', '"12", "13"', '"12"x', ' "12"', '', '**', '"1\u0100"', 12, null])(
  'if_match %j is no entity tag, which is told of each operation',
  async (condition) => {
    const user = await app.signIn()
    const { id } = await create(user)
    const paths = await refused(user, 422, 'validation_failed', [
      { op: 'update', id, if_match: condition },
      { op: 'delete', id, if_match: condition },
      { op: 'create', title: 'x', if_match: '*' },
    ])
    expect(paths).toEqual(['/operations/0/if_match', '/operations/1/if_match', '/operations/2/if_match'])
  },
)

test('of several kinds of refusal the batch answers 422, then 404, then 409, then 412', async () => {
  const user = await app.signIn()
  const [first, second] = [await create(user), await create(user)]
  const kindsOf = (id: string) => [
    { op: 'update', id, if_match: '"1"' },
    { op: 'create', id, title: 'Again' },
    { op: 'delete', id: unknown, if_match: '"1"' },
    { op: 'update', id, title: null },
  ]
  const all = [...kindsOf(first.id), ...kindsOf(second.id)]
  const expected = [
    [412, 'precondition_failed', 'if_match'],
    [409, 'conflict', 'id'],
    [404, 'not_found', 'id'],
    [422, 'validation_failed', 'title'],
  ] as const
  for (const [kind, [status, code, field]] of expected.entries()) {
    const operations = all.filter((_, place) => place % 4 <= kind)
    const paths = [kind, 2 * kind + 1].map((place) => `/operations/${place}/${field}`)
    expect(await refused(user, status, code, operations)).toEqual(paths)
  }
})
