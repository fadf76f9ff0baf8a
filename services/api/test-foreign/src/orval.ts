import assert from 'node:assert/strict'
import * as api from '../out/orval/api.ts'
import { type Calls, journey } from './journey.ts'

let authorization = {}
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** Its functions know nothing of security: each is told what to send. */
const calls: Calls = {
  signUp: async (account) => {
    const answer = await api.signUp(account)
    assert(answer.status === 200)
    return answer.data.token
  },
  accessToken: async (session) => {
    const answer = await api.getToken(bearer(session))
    assert(answer.status === 200)
    return answer.data.token
  },
  authorize: (token) => {
    authorization = bearer(token)
  },
  create: async (title) => {
    const answer = await api.createTask({ title }, authorization)
    assert(answer.status === 201)
    return answer.data
  },
  titles: async (query) => {
    const titles: string[] = []
    let cursor: string | null = null
    do {
      const answer: api.listTasksResponse = await api.listTasks(
        cursor === null ? query : { ...query, cursor },
        authorization,
      )
      assert(answer.status === 200)
      titles.push(...answer.data.data.map(({ title }) => title))
      cursor = answer.data.next_cursor
    } while (cursor !== null)
    return titles
  },
  complete: async (id) => {
    const answer = await api.updateTask(id, { completed: true }, authorization)
    assert(answer.status === 200)
    return answer.data
  },
  batch: async (title, id) => {
    const operations = [
      { op: 'create' as const, title },
      { op: 'delete' as const, id },
    ]
    const answer = await api.batchTasks({ operations }, authorization)
    assert(answer.status === 200)
    return answer.data.results.map(({ status }) => status)
  },
  changes: async () => {
    const answer = await api.listChanges(undefined, authorization)
    assert(answer.status === 200)
    const { changes } = answer.data
    return changes.map((change) =>
      change.type === 'task' ? `task ${change.task.title}` : `deleted ${change.id}`,
    )
  },
  exported: async () => {
    const answer = await api.exportMe(authorization)
    assert(answer.status === 200)
    return answer.stream.text()
  },
  imported: async (text) => {
    const answer = await api.importMe(text, authorization)
    assert.equal(answer.status, 200, JSON.stringify(answer.data))
    assert(answer.status === 200)
    return answer.data
  },
  signOut: async (session) => void assert.equal((await api.signOut(bearer(session))).status, 200),
  accessTokenStatus: async (session) => (await api.getToken(bearer(session))).status,
}

await journey('orval', calls)
