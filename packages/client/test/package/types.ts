import { type ClientOptions, createClient, type Task } from '@tasklane/client'
import { memoryStorage, openReplica, type Replica, type ReplicaState } from '@tasklane/client/replica'

const options: ClientOptions = { baseUrl: 'http://127.0.0.1', token: () => 'token' }
export const first: Task = await createClient(options).create({ title: 'Buy milk', due: '2026-12-01' })
export const replica: Replica = await openReplica({
  client: createClient(options),
  userId: first.id,
  storage: memoryStorage(),
})
export const state: ReplicaState = replica.state
// @ts-expect-error: types that are not found are any, and would let this pass.
export const wrong: number = first.title
