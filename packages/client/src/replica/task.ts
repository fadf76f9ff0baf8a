/** A task as the API answers it: what it needs for planning is absent until it is set. */
export interface Task {
  id: string
  title: string
  description: string | null
  completed: boolean
  created_at: string
  updated_at: string
  /** A day, `2026-12-01`, or a day and a time, `2026-12-01T09:00`, as on the clock on the wall. */
  due?: string
  time_zone?: string
  /** 1 (highest) to 9 (lowest). */
  priority?: number
  tags?: string[]
  /** An RRULE value of RFC 5545. */
  recurrence?: string
  recurs_from?: 'due' | 'completed'
  position?: string
  completed_at?: string
}

/** The fields of planning that a client sets; null clears one. */
export interface Planning {
  due?: string | null
  time_zone?: string | null
  priority?: number | null
  tags?: string[] | null
  recurrence?: string | null
  recurs_from?: 'due' | 'completed' | null
}

export interface NewTask extends Planning {
  title: string
  description?: string | null
}

export interface TaskChanges extends Planning {
  title?: string
  description?: string | null
  completed?: boolean
  /** When it was done; it goes with `completed: true` alone. */
  completed_at?: string
}
