import type { Task } from '../../src/model/task.ts'

let made = 0
/** Each is a second newer than the one before. */
export function task(title: string, fields: Partial<Task> = {}): Task {
  made += 1
  const at = new Date(Date.UTC(2026, 10, 1) + made * 1000).toISOString()
  const id = `0190a000-0000-7000-8000-${String(made).padStart(12, '0')}`
  return { id, title, description: null, completed: false, created_at: at, updated_at: at, ...fields }
}

export const titles = (tasks: readonly Task[]) => tasks.map(({ title }) => title)
