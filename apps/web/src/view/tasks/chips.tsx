import type { Span } from '../../model/quick-add/span.ts'
import { inWords } from '../../model/recurrence-in-words.ts'
import { priorityLevel } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Icon } from '../shell/icon.tsx'

interface Props {
  workspace: Workspace
  onRemove: () => void
}

/** What was understood of the line: each can be made text again. */
export function Chips({ workspace, onRemove }: Props) {
  const { quickAdd: line, board } = workspace
  const { spans } = line.read.value
  const { due, tags = [] } = line.given.value
  const { tasks } = texts
  const remove = (run: () => void) => () => {
    run()
    onRemove()
  }
  if (spans.length === 0 && due == null && (tags ?? []).length === 0) return null
  return (
    <fieldset class="chips" aria-label={tasks.understood}>
      {spans.map((span, index) => (
        <Chip
          key={index}
          kind={span.kind}
          label={labelOf(span, workspace)}
          onRemove={remove(() => line.dismiss(span))}
        />
      ))}
      {due != null && (
        <Chip
          kind="due"
          label={`${tasks.due} ${board.words.value.due(due)}`}
          onRemove={remove(() => line.refuse('due'))}
        />
      )}
      {(tags ?? []).map((tag) => (
        <Chip
          key={tag}
          kind="tag"
          label={`${tasks.tag} ${tag}`}
          onRemove={remove(() => line.refuse('tags'))}
        />
      ))}
    </fieldset>
  )
}

function Chip({ kind, label, onRemove }: { kind: string; label: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      class={`chip ${kind}`}
      aria-label={label}
      aria-description={texts.tasks.remove}
      onClick={onRemove}
    >
      <span dir="auto">{label}</span>
      <Icon name="close" />
    </button>
  )
}

function labelOf(span: Span, { board }: Workspace): string {
  const { tasks } = texts
  const words = board.words.value
  if (span.kind === 'due') return `${tasks.due} ${words.due(span.due)}`
  if (span.kind === 'tag') return `${tasks.tag} ${span.tag}`
  if (span.kind === 'repeats') {
    const every = inWords(span.rule, words.day) ?? ''
    return `${tasks.repeats} ${span.from === 'completed' ? every.replace('every', 'every!') : every}`
  }
  const level = priorityLevel(span.priority)
  return `${tasks.priority} ${level === undefined ? '' : tasks.levels[level].toLowerCase()}`
}
