import { Api, TaskSort } from '../out/swagger-typescript-api/api.ts'
import { type Calls, journey } from './journey.ts'

/** Its client asks for a token wherever the document says that the operation has a security. */
const api = new Api<string>({
  baseUrl: process.env.TASKLANE ?? '',
  securityWorker: (token) => (token ? { headers: { authorization: `Bearer ${token}` } } : {}),
})
let accessToken = ''

async function as<T>(token: string, call: () => Promise<T>): Promise<T> {
  api.setSecurityData(token)
  try {
    return await call()
  } finally {
    api.setSecurityData(accessToken)
  }
}

const calls: Calls = {
  signUp: async (account) => (await api.auth.signUp(account)).data.token,
  accessToken: async (session) => (await as(session, () => api.auth.getToken())).data.token,
  authorize: (token) => {
    accessToken = token
    api.setSecurityData(token)
  },
  create: async (title) => (await api.tasks.createTask({ title })).data,
  titles: async ({ per_page }) => {
    const titles: string[] = []
    let cursor: string | null = null
    do {
      const query = { per_page, sort: TaskSort.TitleAscending, ...(cursor !== null && { cursor }) }
      const { data }: Awaited<ReturnType<typeof api.tasks.listTasks>> = await api.tasks.listTasks(query)
      titles.push(...data.data.map(({ title }) => title))
      cursor = data.next_cursor
    } while (cursor !== null)
    return titles
  },
  complete: async (id) => (await api.tasks.updateTask(id, { completed: true })).data,
  batch: async (title, id) => {
    const { data } = await api.tasks.batchTasks({
      operations: [
        { op: 'create', title },
        { op: 'delete', id },
      ],
    })
    return data.results.map(({ status }) => status)
  },
  changes: async () => {
    const { data } = await api.tasks.listChanges()
    return data.changes.map((change) =>
      change.type === 'task' ? `task ${change.task.title}` : `deleted ${change.id}`,
    )
  },
  exported: async () => (await api.me.exportMe({ format: 'text' })).data,
  imported: async (text) => (await api.me.importMe(text)).data,
  signOut: async (session) => void (await as(session, () => api.auth.signOut())),
  accessTokenStatus: async (session) =>
    as(session, () =>
      api.auth.getToken().then(
        ({ status }) => status,
        ({ status }: Response) => status,
      ),
    ),
}

await journey('swagger-typescript-api', calls)
