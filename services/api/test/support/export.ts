import type { User } from './app.ts'
import type { Answer } from './client.ts'

export const ndjson = { 'content-type': 'application/x-ndjson' }
const time = '2026-01-02T03:04:05.678Z'

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
export type Line = any

/** The lines of an export, parsed. */
export function linesOf(answer: Answer): Line[] {
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

export function textOf(lines: readonly Line[], end = '\n'): string {
  return lines.map((line) => `${JSON.stringify(line)}${end}`).join('')
}

/** A task's line, number `index` of its export. */
export function taskLine(index: number, fields: Line = {}): Line {
  return {
    type: 'task',
    id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    title: `Task ${index}`,
    description: null,
    completed: false,
    created_at: time,
    updated_at: time,
    deleted_at: null,
    ...fields,
  }
}

/** A whole export by that user. */
export function exportBy(userId: string, tasks: readonly Line[]): Line[] {
  return [
    { type: 'export', version: 1, user_id: userId, exported_at: time },
    ...tasks,
    { type: 'end', count: tasks.length },
  ]
}

export const importText = (user: User, text: string | Uint8Array) => user.post('/me/import', text, ndjson)

export const importTasks = (user: User, tasks: Line[], exporter = user.id) =>
  importText(user, textOf(exportBy(exporter, tasks)))

/** The tasks of an export, without what is different every time. */
export const exportedTasks = async (user: User) => linesOf(await user.get('/me/export')).slice(1)
