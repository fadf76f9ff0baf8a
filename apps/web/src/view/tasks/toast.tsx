import { useEffect } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Icon } from '../shell/icon.tsx'

const SHOWN_MILLISECONDS = 12_000

/** What was done, and the way back. It is read out, and leaves by itself; Ctrl+Z stays. */
export function Toast({ workspace: { undo, verbs } }: { workspace: Workspace }) {
  const toast = undo.toast.value
  useEffect(() => {
    if (toast === undefined) return
    const timer = setTimeout(() => undo.hide(toast), SHOWN_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div class={toast === undefined ? 'toast gone' : 'toast'}>
      <p role="status" dir="auto">
        {toast?.text}
      </p>
      {toast?.action !== undefined && (
        <button type="button" class="link" aria-keyshortcuts="Control+Z" onClick={() => void verbs.undo()}>
          {texts.tasks.undo}
        </button>
      )}
      {toast !== undefined && (
        <button
          type="button"
          class="quiet round"
          aria-label={texts.tasks.dismiss}
          onClick={() => undo.hide(toast)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  )
}
