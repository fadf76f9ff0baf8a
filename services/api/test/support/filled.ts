import { randomUUID } from 'node:crypto'
import { freshEmail } from './accounts.ts'
import { Client } from './client.ts'

export const planned = {
  title: 'Café 🎉 "quoted"\\',
  description: 'Two\nlines\t\u0001',
  due: '2026-12-01',
  tags: ['garden', 'a,b'],
  recurrence: 'FREQ=DAILY',
}

/** A new account with a task of every kind, an answer that is kept by its key, and what can be seen of all that. */
export async function fillAccount(url: string) {
  const credentials = { email: freshEmail(), password: 'correct horse' }
  const session: string = (await new Client(url).post('/auth/sign-up/email', credentials)).body.token
  const caller = await callerOf(url, session)
  const key = { 'idempotency-key': randomUUID() }
  const first = await caller.post('/tasks', planned, key)
  for (const title of ['Done', 'Trashed', 'Purged', 'Moved']) {
    const { id } = (await caller.post('/tasks', { title, description: '' })).body
    if (title === 'Done') await caller.patch(`/tasks/${id}`, { completed: true })
    if (title === 'Trashed' || title === 'Purged') await caller.delete(`/tasks/${id}`)
    if (title === 'Purged') await caller.delete(`/trash/${id}`)
    if (title === 'Moved') await caller.post(`/tasks/${id}/move`, { after: first.body.id })
  }
  return { credentials, session, key, first, contents: await contentsOf(caller) }
}

export async function callerOf(url: string, session: string): Promise<Client> {
  return new Client(url, (await new Client(url, session).get('/auth/token')).body.token)
}

/** All that a user has, but for the time of the export. */
export async function contentsOf(caller: Client) {
  const exported = (await caller.get('/me/export')).text.split('\n').slice(1)
  const list = (await caller.get('/tasks?sort=position&per_page=100')).body
  return { exported, data: list.data, total: list.total, me: (await caller.get('/me')).body }
}
