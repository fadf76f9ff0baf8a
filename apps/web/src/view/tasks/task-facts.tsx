import { parseRule } from '../../model/recurrence.ts'
import { inWords } from '../../model/recurrence-in-words.ts'
import type { Task } from '../../model/task.ts'
import { dueFor, isOverdue } from '../../model/views.ts'
import { texts } from '../../texts/texts.ts'
import { pathOf } from '../../view-model/router.ts'
import type { Board } from '../../view-model/tasks/board.ts'
import { Icon } from '../shell/icon.tsx'

/** When, how often, and under which tags. */
export function TaskFacts({ task, board }: { task: Task; board: Board }) {
  const reader = board.reader.value
  const due = dueFor(task, reader)
  const rule = task.recurrence === undefined ? undefined : parseRule(task.recurrence)
  const repeats = (rule && inWords(rule, board.words.value.day)) ?? texts.tasks.repeats
  const when = isOverdue(task, reader)
    ? 'due overdue'
    : due?.slice(0, 10) === reader.today
      ? 'due now'
      : 'due'
  return (
    <span class="facts">
      {task.description !== null && task.description !== '' && <Icon name="note" />}
      {(task.tags ?? []).map((tag) => (
        <a key={tag} class="fact tag" href={pathOf({ view: 'tag', tag })} tabIndex={-1} dir="auto">
          #{tag}
        </a>
      ))}
      {task.recurrence !== undefined && (
        <span class="fact repeats" title={repeats}>
          <Icon name="repeat" />
          <span class="visually-hidden">{repeats}</span>
        </span>
      )}
      {due !== undefined && <span class={`fact ${when}`}>{board.words.value.due(due)}</span>}
    </span>
  )
}
