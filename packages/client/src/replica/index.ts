export type { NewTask, Task, TaskChanges } from '../types.ts'
export { alone, type Channel, type Coordination, type Locks, webCoordination } from './coordination.ts'
export { openIndexedDb } from './indexed-db.ts'
export { memoryStorage } from './memory-storage.ts'
export { newIdAt } from './new-id.ts'
export { compareByPlace, placeOf } from './place.ts'
export { openReplica } from './replica.ts'
export type { Entry, ReplicaStorage, Row, Store, StoreChanges, Stored } from './storage.ts'
export type {
  Action,
  Conflict,
  Network,
  Place,
  Refusal,
  Replica,
  ReplicaOperation,
  ReplicaOptions,
  ReplicaState,
} from './types.ts'
