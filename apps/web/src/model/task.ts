export type { NewTask, Task, TaskChanges } from '@tasklane/client/replica'

/** The three priorities of the interface, among the nine of RFC 5545. */
export const PRIORITIES = { high: 1, medium: 5, low: 9 } as const

export type PriorityLevel = keyof typeof PRIORITIES

/** RFC 5545 section 3.8.1.9: 1 to 4 is high, 5 is medium, 6 to 9 is low. */
export function priorityLevel(priority: number | undefined): PriorityLevel | undefined {
  if (priority === undefined) return undefined
  if (priority < 5) return 'high'
  return priority === 5 ? 'medium' : 'low'
}
