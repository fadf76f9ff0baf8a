import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** For pointers alone: the menu and the keys do the same. What drags is loaded at the first touch. */
export function DragHandle({ id, workspace }: { id: string; workspace: Workspace }) {
  return (
    <span
      class="grip"
      aria-hidden="true"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.preventDefault()
        const { clientX, pointerId, currentTarget } = event
        void import('./drag.ts').then(({ drag }) => drag(currentTarget, pointerId, clientX, id, workspace))
      }}
    />
  )
}
