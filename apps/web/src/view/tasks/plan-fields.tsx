import { useState } from 'preact/hooks'
import { findRecurrence } from '../../model/find-recurrence.ts'
import { firstOccurrence } from '../../model/occurrence.ts'
import { parseRule, ruleText } from '../../model/recurrence.ts'
import { inWords } from '../../model/recurrence-in-words.ts'
import { tagsOf } from '../../model/tags-text.ts'
import { PRIORITIES, priorityLevel, type Task, type TaskChanges } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

interface Props {
  task: Task
  workspace: Workspace
}

export function PlanFields({ task, workspace }: Props) {
  const { tasks } = texts
  const { verbs, board } = workspace
  const tags = (task.tags ?? []).join(', ')
  return (
    <div class="fields">
      <RepeatsField key={`${task.recurrence} ${task.recurs_from}`} task={task} workspace={workspace} />
      <p class="field">
        <label for="task-priority">{tasks.priority}</label>
        <PrioritySelect task={task} onChange={(priority) => void verbs.change([task.id], { priority })} />
      </p>
      <p class="field">
        <label for="task-tags">{tasks.tags}</label>
        <input
          id="task-tags"
          key={tags}
          list="task-known-tags"
          autocomplete="off"
          dir="auto"
          defaultValue={tags}
          aria-describedby="task-tags-note"
          onChange={({ currentTarget }) =>
            void verbs.change([task.id], { tags: tagsOf(currentTarget.value) })
          }
        />
        <span id="task-tags-note" class="hint">
          {tasks.tagsNote}
        </span>
        <datalist id="task-known-tags">
          {board.counts.value.tags.map(({ tag }) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </p>
    </div>
  )
}

const LEVELS = ['high', 'medium', 'low'] as const

function PrioritySelect({ task, onChange }: { task: Task; onChange: (priority: number | null) => void }) {
  const { tasks } = texts
  return (
    <select
      id="task-priority"
      value={priorityLevel(task.priority) ?? ''}
      onChange={({ currentTarget }) => {
        const level = LEVELS.find((known) => known === currentTarget.value)
        onChange(level === undefined ? null : PRIORITIES[level])
      }}
    >
      <option value="">{tasks.none}</option>
      {LEVELS.map((level) => (
        <option key={level} value={level}>
          {tasks.levels[level]}
        </option>
      ))}
    </select>
  )
}

/** A repetition in words, both ways. */
function RepeatsField({ task, workspace: { verbs, board } }: Props) {
  const { tasks } = texts
  const [isWrong, setWrong] = useState(false)
  const keep = (text: string) => {
    const changes = repeatsOf(text, task, board.reader.value.today)
    setWrong(changes === undefined)
    if (changes !== undefined) void verbs.change([task.id], changes)
  }
  return (
    <p class="field wide">
      <label for="task-repeats">{tasks.repeats}</label>
      <input
        id="task-repeats"
        autocomplete="off"
        placeholder="every month"
        defaultValue={wordsOf(task)}
        aria-invalid={isWrong}
        aria-describedby="task-repeats-note"
        onChange={({ currentTarget }) => keep(currentTarget.value)}
      />
      <span id="task-repeats-note" class={isWrong ? 'fault' : 'hint'}>
        {isWrong ? tasks.repeatsUnknown : tasks.repeatsNote}
      </span>
    </p>
  )
}

function wordsOf({ recurrence, recurs_from }: Task): string {
  const rule = recurrence === undefined ? undefined : parseRule(recurrence)
  const words = (rule && inWords(rule)) ?? recurrence ?? ''
  return recurs_from === 'completed' ? words.replace('every', 'every!') : words
}

/** A repetition needs a day to count from; without one, it is the rule's first. Undefined for words that say none. */
function repeatsOf(text: string, task: Task, today: string): TaskChanges | undefined {
  if (text.trim() === '') return { recurrence: null }
  if (text.trim() === task.recurrence) return {}
  const found = findRecurrence(text)
  if (found === undefined || text.slice(0, found.start).trim() !== '' || text.slice(found.end).trim() !== '')
    return undefined
  const { rule, from } = found
  const due = task.due === undefined ? { due: firstOccurrence(rule, today) } : {}
  return { ...due, recurrence: ruleText(rule), recurs_from: from === 'completed' ? 'completed' : null }
}
