import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { WindowVirtualizerHandle } from 'virtua'
import type { Task } from '../../model/task.ts'
import type { App } from '../../view-model/app.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { EmptyState } from './empty-state.tsx'
import { ListContainer } from './list-container.tsx'
import { TaskRow } from './task-row.tsx'
import { virtualizerOf } from './virtualizer.ts'

const Virtualizer = virtualizerOf<Task>()

/** Of most, for rows that were not seen yet. */
const ROW_PIXELS = 45
/** What is drawn above and below what is seen: more is drawn while it is scrolled. */
const BEYOND = 120

/** So many of what a search finds are shown with its first letter: all rows take longer to make than a letter may. */
const FIRST_FOUND = 6

interface Props {
  app: App
  workspace: Workspace
}

export function TaskList({ app, workspace }: Props) {
  const list = useRef<WindowVirtualizerHandle>(null)
  useFocusedRow(workspace, list)
  const isEmpty = workspace.board.rows.value.tasks.length === 0
  if (isEmpty) return <EmptyState route={app.router.view.value} workspace={workspace} />
  return <Rows app={app} workspace={workspace} list={list} />
}

function Rows({ app, workspace, list }: Props & { list: { current: WindowVirtualizerHandle | null } }) {
  const { tasks, headings, places } = workspace.board.rows.value
  const [isWhole, setWhole] = useState(app.router.view.value.view !== 'search')
  // After the first frame.
  useEffect(() => setWhole(true), [])
  return (
    <Virtualizer
      ref={list}
      as={ListContainer}
      item="li"
      data={isWhole ? tasks : tasks.slice(0, FIRST_FOUND)}
      itemSize={ROW_PIXELS}
      bufferSize={BEYOND}
    >
      {(task) => (
        <TaskRow
          key={places.get(task.id) ?? task.id}
          task={task}
          heading={headings.get(task.id)}
          app={app}
          workspace={workspace}
        />
      )}
    </Virtualizer>
  )
}

/** Brings the current row into view, and the focus to it: a row far away is drawn only then. */
function useFocusedRow(
  { selection, board }: Workspace,
  list: { current: WindowVirtualizerHandle | null },
): void {
  const asked = selection.focusing.value
  const answered = useRef(asked)
  // Before the frame is shown: the next key is for this row.
  useLayoutEffect(() => {
    // Another view's list asked for nothing yet.
    if (asked === answered.current) return
    answered.current = asked
    const id = selection.current.peek()
    if (id === undefined) {
      document.querySelector<HTMLElement>('.quick-add input, main')?.focus()
      return
    }
    const index = board.rows.peek().tasks.findIndex((task) => task.id === id)
    if (index === -1) return
    if (focusRow(id)) return
    list.current?.scrollToIndex(index, { align: 'nearest' })
    return onceDrawn(() => focusRow(id))
  }, [asked])
}

function focusRow(id: string): boolean {
  const title = document.querySelector<HTMLElement>(`[data-task="${id}"] .task-title`)
  title?.focus()
  title?.scrollIntoView({ block: 'nearest' })
  return title !== null
}

/** Tries at every frame until it is done, or something else is asked for. */
function onceDrawn(run: () => boolean): () => void {
  let frames = 0
  let request = requestAnimationFrame(function again() {
    frames += 1
    if (!run() && frames < 60) request = requestAnimationFrame(again)
  })
  return () => cancelAnimationFrame(request)
}
