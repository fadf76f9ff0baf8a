/** A task as the API answers it: what the views need of it. Planning fields are absent until they are set. */
export interface Task {
  id: string
  title: string
  description: string | null
  completed: boolean
  created_at: string
  updated_at: string
  due?: string
  time_zone?: string
  priority?: number
  tags?: string[]
  recurrence?: string
  recurs_from?: 'due' | 'completed'
  position?: string
  completed_at?: string
}

/** The three priorities of the interface, among the nine of RFC 5545. */
export const PRIORITIES = { high: 1, medium: 5, low: 9 } as const

export type PriorityLevel = keyof typeof PRIORITIES

/** RFC 5545 section 3.8.1.9: 1 to 4 is high, 5 is medium, 6 to 9 is low. */
export function priorityLevel(priority: number | undefined): PriorityLevel | undefined {
  if (priority === undefined) return undefined
  if (priority < 5) return 'high'
  return priority === 5 ? 'medium' : 'low'
}
