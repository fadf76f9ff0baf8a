import assert from 'node:assert/strict'

/** What a stranger's client does, in the words that it was generated with; `calls` puts them into ours. */
export interface Calls {
  /** The session's token. */
  signUp: (account: { name: string; email: string; password: string }) => Promise<string>
  /** The access token, asked for with that of the session. */
  accessToken: (session: string) => Promise<string>
  /** From here on, calls are made with this access token. */
  authorize: (accessToken: string) => void
  create: (title: string) => Promise<Task>
  /** All titles, by the cursor. */
  titles: (query: { per_page: number; sort: 'title' }) => Promise<string[]>
  complete: (id: string) => Promise<Task>
  /** The statuses of one creation and one deletion. */
  batch: (title: string, deleted: string) => Promise<number[]>
  /** Kinds of change, from the start, with the titles or ids. */
  changes: () => Promise<string[]>
  /** The text of the export. */
  exported: () => Promise<string>
  imported: (text: string) => Promise<{ imported: number }>
  signOut: (session: string) => Promise<void>
  /** The status of asking for an access token. */
  accessTokenStatus: (session: string) => Promise<number>
}

interface Task {
  id: string
  title: string
  completed: boolean
}

/** Signs up, creates, lists, patches, batches, syncs, exports, imports and signs out. */
export async function journey(name: string, calls: Calls): Promise<void> {
  const email = () => `${name}-${Date.now()}-${Math.random().toString(36).slice(2)}@example.com`
  const session = await calls.signUp({ name, email: email(), password: 'correct horse' })
  calls.authorize(await calls.accessToken(session))

  const milk = await calls.create('Buy milk')
  const bread = await calls.create('Buy bread')
  assert.equal(milk.title, 'Buy milk')
  assert.deepEqual(await calls.titles({ per_page: 1, sort: 'title' }), ['Buy bread', 'Buy milk'])
  assert.equal((await calls.complete(milk.id)).completed, true)
  assert.deepEqual(await calls.batch('Buy cheese', bread.id), [201, 204])
  assert.deepEqual(await calls.changes(), ['task Buy milk', 'task Buy cheese', `deleted ${bread.id}`])

  const text = await calls.exported()
  assert.match(text, /\n\{"type":"end".*\}\n$/)
  // Into the account that it is of, it changes nothing; into another one, it makes everything anew.
  assert.equal((await calls.imported(text)).imported, 0)
  const second = await calls.signUp({ name, email: email(), password: 'correct horse' })
  calls.authorize(await calls.accessToken(second))
  assert.equal((await calls.imported(text)).imported, 3)

  await calls.signOut(second)
  assert.equal(await calls.accessTokenStatus(second), 401, 'the session goes on after the sign-out')
  assert.equal(await calls.accessTokenStatus(session), 200)
}
