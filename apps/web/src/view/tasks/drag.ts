import type { Workspace } from '../../view-model/tasks/workspace.ts'

const EDGE_PIXELS = 60
const SCROLL_PIXELS = 12

interface Target {
  row: HTMLElement
  isBelow: boolean
}

/** Follows a pointer that holds a row's handle, shows where the row would go, and moves it there when it is let go. */
export function drag(
  handle: HTMLElement,
  pointerId: number,
  x: number,
  id: string,
  { verbs, selection }: Workspace,
): void {
  const dragged = handle.closest<HTMLElement>('.task')
  let target: Target | undefined
  const mark = (next: Target | undefined) => {
    target?.row.classList.remove('drop-above', 'drop-below')
    target = next
    next?.row.classList.add(next.isBelow ? 'drop-below' : 'drop-above')
  }
  const onMove = (event: PointerEvent) => {
    scrollAtEdge(event.clientY)
    mark(targetAt(x, event.clientY, id))
  }
  const end = (event: PointerEvent | KeyboardEvent) => {
    if (event instanceof KeyboardEvent && event.key !== 'Escape') return
    const chosen = event.type === 'pointerup' ? target : undefined
    mark(undefined)
    dragged?.classList.remove('dragged')
    listening.abort()
    const neighbour = chosen?.row.dataset['task']
    if (chosen === undefined || neighbour === undefined) return
    const place = chosen.isBelow ? { after: neighbour } : { before: neighbour }
    void verbs.place(selection.with(id), place)
  }
  const listening = new AbortController()
  const { signal } = listening
  dragged?.classList.add('dragged')
  // Gone already where the pointer was let go while this was loading.
  if (handle.isConnected) handle.setPointerCapture(pointerId)
  addEventListener('pointermove', onMove, { signal })
  addEventListener('pointerup', end, { signal })
  addEventListener('pointercancel', end, { signal })
  addEventListener('keydown', end, { signal })
}

function targetAt(x: number, y: number, id: string): Target | undefined {
  // The pointer goes down the line of the handles, which stand beside their rows.
  const row = document.elementFromPoint(x, y)?.closest<HTMLElement>('.tasks .task')
  if (!row || row.dataset['task'] === id) return undefined
  const { top, height } = row.getBoundingClientRect()
  return { row, isBelow: y > top + height / 2 }
}

function scrollAtEdge(y: number): void {
  if (y < EDGE_PIXELS) scrollBy(0, -SCROLL_PIXELS)
  else if (y > innerHeight - EDGE_PIXELS) scrollBy(0, SCROLL_PIXELS)
}
