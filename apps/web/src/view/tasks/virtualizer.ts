import type { ComponentType } from 'preact'
import { WindowVirtualizer } from 'virtua'

interface Props<T> {
  ref?: unknown
  as: unknown
  item: string
  itemSize?: number
  bufferSize?: number
  data: readonly T[]
  children: (row: T, index: number) => unknown
}

/** Draws the rows that are near, of a list however long. virtua's own types are React's. */
export function virtualizerOf<T>(): ComponentType<Props<T>> {
  return WindowVirtualizer as unknown as ComponentType<Props<T>>
}
