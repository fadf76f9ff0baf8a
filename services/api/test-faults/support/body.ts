/** The value at a path of a JSON body; undefined where the body has no such thing. */
export function at(body: unknown, ...path: string[]): unknown {
  let value = body
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  return value
}

/** The entries of a list at a path; none where there is no list. */
export function entriesAt(body: unknown, ...path: string[]): unknown[] {
  const value = at(body, ...path)
  return Array.isArray(value) ? value : []
}

/** As much of a task as its user remembers. */
export interface SeenTask {
  id: string
  title: string
  text: string
  updatedAt: string
}

/** A field that is missing or is no text becomes a text that no user wrote. */
export function taskIn(body: unknown): SeenTask {
  const field = (name: string) => String(at(body, name))
  return {
    id: field('id'),
    title: field('title'),
    text: field('description'),
    updatedAt: field('updated_at'),
  }
}

/** The text of each task, by its id, after all the changes of a feed. */
export function toldBy(feed: unknown): Map<string, string> {
  const told = new Map<string, string>()
  for (const change of entriesAt(feed, 'changes')) {
    const { id, text } = taskIn(at(change, 'task'))
    if (at(change, 'type') === 'deleted') told.delete(String(at(change, 'id')))
    else told.set(id, text)
  }
  return told
}
