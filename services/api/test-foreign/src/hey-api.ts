import { createClient, createConfig } from '../out/hey-api/client/index.js'
import * as api from '../out/hey-api/index.js'
import { type Calls, journey } from './journey.ts'

/** Its client fills in, for each operation, what the document says is its security. */
function callsTo(baseUrl: string): Calls {
  let token = ''
  const client = createClient(
    createConfig({ baseUrl, throwOnError: true, auth: ({ key }) => (key === 'session' ? session : token) }),
  )
  let session = ''
  const withSession = (its: string) => {
    session = its
    return { client, throwOnError: true } as const
  }
  const options = { client, throwOnError: true } as const
  return {
    signUp: async (body) => (await api.signUp({ ...options, body })).data.token,
    accessToken: async (its) => (await api.getToken(withSession(its))).data.token,
    authorize: (its) => {
      token = its
    },
    create: async (title) => (await api.createTask({ ...options, body: { title } })).data,
    titles: async (query) => {
      const titles: string[] = []
      let cursor: string | null = null
      do {
        const { data }: Awaited<ReturnType<typeof api.listTasks<true>>> = await api.listTasks({
          ...options,
          query: cursor === null ? query : { ...query, cursor },
        })
        titles.push(...data.data.map(({ title }) => title))
        cursor = data.next_cursor
      } while (cursor !== null)
      return titles
    },
    complete: async (id) =>
      (await api.updateTask({ ...options, path: { id }, body: { completed: true } })).data,
    batch: async (title, id) => {
      const operations = [
        { op: 'create' as const, title },
        { op: 'delete' as const, id },
      ]
      return (await api.batchTasks({ ...options, body: { operations } })).data.results.map(
        ({ status }) => status,
      )
    },
    changes: async () => {
      const { changes } = (await api.listChanges(options)).data
      return changes.map((change) =>
        change.type === 'task' ? `task ${change.task.title}` : `deleted ${change.id}`,
      )
    },
    exported: async () => (await api.exportMe({ ...options, parseAs: 'text' })).data,
    imported: async (body) => (await api.importMe({ ...options, body })).data,
    signOut: async (its) => void (await api.signOut(withSession(its))),
    accessTokenStatus: async (its) =>
      (await api.getToken({ ...withSession(its), throwOnError: false })).response?.status ?? 0,
  }
}

await journey('hey-api', callsTo(process.env.TASKLANE ?? ''))
