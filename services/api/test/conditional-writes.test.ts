import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './support/app.ts'
import { tagOf } from './support/entity-tags.ts'
import { faceOf } from './support/face.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('a PATCH or DELETE with the current tag, or *, in If-Match goes through', async () => {
  const user = await app.signIn()
  for (const condition of [(tag: string) => tag, (tag: string) => `"a", ${tag}, "b"`, () => '*']) {
    const created = await user.post('/tasks', { title: 'Buy milk' })
    const path = `/tasks/${created.body.id}`
    const patched = await user.patch(path, { completed: true }, { 'if-match': condition(tagOf(created)) })
    expect(patched).toMatchObject({ status: 200, body: { completed: true } })
    expect((await user.delete(path, { 'if-match': condition(tagOf(patched)) })).status).toBe(204)
    expect((await user.get(path)).status).toBe(404)
  }
})

test('a 412 for a tag that a proxy has weakened or added to says so, and for any other that it has changed', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const digits = tagOf(created).replaceAll('"', '')
  const detailOf = async (condition: string) => {
    const answer = await user.patch(path, { completed: true }, { 'if-match': condition })
    expect(answer.status, condition).toBe(412)
    expect((await user.delete(path, { 'if-match': condition })).body).toEqual(answer.body)
    return answer.body.detail
  }
  const altered = [`W/"${digits}"`, `"${digits}-gzip"`, `"${digits}--gzip"`, `W/"${digits}-br"`]
  for (const tag of [...altered, `"a", W/"${digits}"`])
    expect(await detailOf(tag), tag).toMatch(
      /^A proxy has weakened the entity tag in If-Match, or added to it/,
    )
  for (const tag of ['"a"', 'W/"a"', '"999999"', '"a-gzip"', '', digits])
    expect(await detailOf(tag), tag).toBe('The task has changed since the entity tag in If-Match was given')
  const absent = await user.patch(`/tasks/${randomUUID()}`, {}, { 'if-match': `W/"${digits}"` })
  expect(absent.status).toBe(404)
  const kept = `W/"${digits}", "${digits}"`
  expect((await user.patch(path, { completed: true }, { 'if-match': kept })).status).toBe(200)
})

test('a PATCH or DELETE with a stale, weak or foreign tag in If-Match is 412 and changes nothing', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const stale = tagOf(created)
  const patched = await user.patch(path, { title: 'Buy bread' })
  const current = tagOf(patched)
  const list = await user.get('/tasks')

  const nonsense = ['"a"', 'a', ',', '"', '"*"', `x${current}`, '"99999999999999999999"', '"-1"', '']
  for (const condition of [stale, `W/${current}`, `"a", ${stale}`, ...nonsense]) {
    const headers = { 'if-match': condition }
    for (const answer of [
      await user.patch(path, { completed: true }, headers),
      await user.patch(path, {}, headers),
      await user.delete(path, headers),
    ]) {
      expect(answer, condition).toMatchObject({ status: 412, body: { code: 'precondition_failed' } })
      expect(answer.headers.get('etag')).toBeNull()
    }
  }
  expect(faceOf(await user.get(path))).toEqual(faceOf(patched))
  expect((await user.get('/tasks')).text).toBe(list.text)
})

test('If-Match tells nothing about a task that is not the caller’s', async () => {
  const [user, other] = [await app.signIn(), await app.signIn()]
  const foreign = await other.post('/tasks', { title: 'Not yours' })
  const deleted = await user.post('/tasks', { title: 'Buy milk' })
  await user.delete(`/tasks/${deleted.body.id}`)
  const absent = faceOf(await user.delete(`/tasks/${randomUUID()}`))
  expect(absent.status).toBe(404)

  for (const id of [foreign.body.id, deleted.body.id, randomUUID()]) {
    for (const condition of ['*', '"a"', tagOf(foreign), tagOf(deleted)]) {
      const headers = { 'if-match': condition }
      expect(faceOf(await user.patch(`/tasks/${id}`, { completed: true }, headers))).toEqual(absent)
      expect(faceOf(await user.delete(`/tasks/${id}`, headers))).toEqual(absent)
    }
  }
  expect((await other.get(`/tasks/${foreign.body.id}`)).body).toEqual(foreign.body)
})

test('a faulty PATCH is 422 whatever its If-Match says', async () => {
  const user = await app.signIn()
  const { body: task } = await user.post('/tasks', { title: 'Buy milk' })
  expect((await user.patch(`/tasks/${task.id}`, { title: '' }, { 'if-match': '"a"' })).status).toBe(422)
})

test('of 20 changes at once with the same If-Match, exactly one goes through', async () => {
  const user = await app.signIn()
  const created = await user.post('/tasks', { title: 'Buy milk' })
  const path = `/tasks/${created.body.id}`
  const headers = { 'if-match': tagOf(created) }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => user.patch(path, { title: `Writer ${index}` }, headers)),
  )
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(19)
  expect((await user.get(path)).body).toEqual(won[0]?.body)
})
