import { randomUUID } from 'node:crypto'
import { freshEmail } from './accounts.ts'
import { type Answer, Client } from './client.ts'

const ids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
/** As the contract writes times. Any other form stays, and is seen. */
const times = /"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{3}Z"/g
const HOUR_MILLISECONDS = 3_600_000

/**
 * All that a new user does with a task, from the sign-up to its end, as the answers to it: the same each time, since
 * ids, times, tags and tokens are left out.
 */
export async function lifeOfATask(url: string): Promise<unknown[]> {
  const anonymous = new Client(url)
  const credentials = { email: freshEmail(), password: 'correct horse battery staple' }
  const { body: session } = await anonymous.post('/auth/sign-up/email', credentials)
  await anonymous.post('/auth/sign-in/email', credentials)
  const { body: minted } = await new Client(url, session.token).get('/auth/token')
  const client = new Client(url, minted.token)
  const story: unknown[] = []
  const tell = ({ status, text }: Answer) => story.push([status, withoutChance(text)])
  const create = () => client.post('/tasks', { title: 'Čaj – 茶 🍵', description: "a 'b' \\ %" }, key)
  const key = { 'idempotency-key': randomUUID() }
  const { body: task } = await create()
  const path = `/tasks/${task.id}`
  tell(await create())
  tell(await client.get(path))
  tell(await client.patch(path, { completed: true, description: null }))
  tell(await client.post('/tasks/batch', { operations: [{ op: 'create', title: 'Second' }] }))
  for (const query of ['', '?sort=title', '?completed=true', '?q=%E8%8C%B6', '?q=%25']) {
    tell(await client.get(`/tasks${query}`))
  }
  tell(await client.delete(path))
  tell(await client.get('/trash'))
  tell(await client.post(`/trash/${task.id}/restore`))
  tell(await client.get('/me/export'))
  tell(await client.get('/tasks/changes'))
  tell(await client.delete(path))
  tell(await client.delete(`/trash/${task.id}`))
  tell(await client.get('/me'))
  tell(await client.get('/readyz'))
  tell(await client.delete('/me'))
  return story
}

function withoutChance(text: string): string {
  return text
    .replace(ids, 'ID')
    .replace(times, (time) => {
      const distance = Math.abs(Date.parse(JSON.parse(time)) - Date.now())
      return distance < HOUR_MILLISECONDS ? 'NOW' : distance > 24 * HOUR_MILLISECONDS ? 'LATER' : time
    })
    .replace(/"(next|next_cursor)":"[^"]+"/g, '"$1":"SEALED"')
    .replace(/"etag":"\\"\d+\\""/g, '"etag":"TAG"')
}
