export { type ClientOptions, createClient, type TasklaneClient } from './client.ts'
export { type ErrorCode, type Problem, TasklaneError } from './error.ts'
export type {
  Change,
  Move,
  NewTask,
  Operation,
  OperationResult,
  Tag,
  Task,
  TaskChanges,
  TaskFilter,
  TaskList,
} from './types.ts'
