import { useComputed } from '@preact/signals'
import type { RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { tasksOfLines } from '../../model/lines.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Icon } from '../shell/icon.tsx'
import { Chips } from './chips.tsx'

export function QuickAdd({ workspace }: { workspace: Workspace }) {
  const { quickAdd: line, verbs } = workspace
  const input = useRef<HTMLInputElement>(null)
  // Drawn anew where the button comes or goes, and not for each letter.
  const isEmpty = useComputed(() => line.text.value === '').value
  const add = () => line.enter((task) => verbs.add([task]))
  return (
    <form
      class="quick-add"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div class="quick-add-line">
        <Icon name="plus" />
        <LineField input={input} workspace={workspace} />
        {!isEmpty && (
          <button type="submit" class="quiet">
            {texts.tasks.addButton}
          </button>
        )}
      </div>
      <Chips workspace={workspace} onRemove={() => input.current?.focus()} />
    </form>
  )
}

function LineField({
  input,
  workspace,
}: {
  input: RefObject<HTMLInputElement | null>
  workspace: Workspace
}) {
  const { quickAdd: line } = workspace
  const { tasks } = texts
  return (
    <input
      ref={input}
      type="text"
      aria-label={tasks.add}
      placeholder={tasks.addHint}
      autocomplete="off"
      autocapitalize="sentences"
      enterkeyhint="done"
      dir="auto"
      value={line.text.value}
      onFocus={() => void line.prepare()}
      onInput={({ currentTarget }) => line.type(currentTarget.value)}
      onKeyDown={(event) => unmakeChip(event, workspace)}
      onPaste={(event) => pasteLines(event, workspace)}
    />
  )
}

/** Backspace right behind words that were understood makes them words again. */
function unmakeChip(
  event: KeyboardEvent & { currentTarget: HTMLInputElement },
  { quickAdd }: Workspace,
): void {
  const { selectionStart, selectionEnd } = event.currentTarget
  if (event.key === 'Escape' && quickAdd.text.value !== '') quickAdd.clear()
  if (event.key !== 'Backspace' || selectionStart === null || selectionStart !== selectionEnd) return
  const span = quickAdd.spanEndingAt(selectionStart)
  if (span === undefined) return
  event.preventDefault()
  quickAdd.dismiss(span)
}

function pasteLines(event: ClipboardEvent, { verbs }: Workspace): void {
  const pasted = tasksOfLines(event.clipboardData?.getData('text/plain') ?? '')
  if (pasted.length < 2) return
  event.preventDefault()
  void verbs.add(pasted)
}
