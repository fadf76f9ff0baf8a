import { historiesOf, type Told } from './overwrites.ts'
import type { Sent } from './sent.ts'

/** However many complete a task that repeats, it makes one next one, until somebody takes its completion back. */
export function faultsOfNext(sent: readonly Sent[]): string[] {
  return [...historiesOf(sent).entries()].flatMap(([id, history]) => {
    let made: string | undefined
    return history.flatMap(({ task, next }: Told) => {
      if (task.completed === false) made = undefined
      if (next === undefined) return []
      const before = made
      made = next
      return before === undefined || before === next ? [] : [`completed once, and made again: ${id}`]
    })
  })
}
