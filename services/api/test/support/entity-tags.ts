import type { User } from './app.ts'
import type { Answer } from './client.ts'

export const tagOf = ({ headers }: Answer) => headers.get('etag') ?? ''

export const etagOf = async (user: User, id: string) => (await user.get(`/tasks/${id}`)).headers.get('etag')
