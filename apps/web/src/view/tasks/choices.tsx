import { tagsOf } from '../../model/tags-text.ts'
import { PRIORITIES } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { When } from '../../view-model/tasks/verbs.ts'

const WHENS: readonly When[] = ['today', 'tomorrow', 'nextWeek', 'never']

export function DueChoice({ onWhen, onDay }: { onWhen: (when: When) => void; onDay: (day: string) => void }) {
  const { tasks } = texts
  return (
    <div class="choices">
      {WHENS.map((when) => (
        <button key={when} type="button" onClick={() => onWhen(when)}>
          {tasks.when[when]}
        </button>
      ))}
      <input
        type="date"
        aria-label={tasks.due}
        max="9999-12-31"
        onChange={({ currentTarget }) => {
          if (currentTarget.value !== '') onDay(currentTarget.value)
        }}
      />
    </div>
  )
}

const LEVELS = ['high', 'medium', 'low'] as const

export function PriorityChoice({ onChoose }: { onChoose: (priority: number | null) => void }) {
  const { tasks } = texts
  return (
    <div class="choices">
      {LEVELS.map((level) => (
        <button key={level} type="button" onClick={() => onChoose(PRIORITIES[level])}>
          {tasks.levels[level]}
        </button>
      ))}
      <button type="button" onClick={() => onChoose(null)}>
        {tasks.none}
      </button>
    </div>
  )
}

interface TagsProps {
  tags: readonly string[]
  known: readonly string[]
  onTags: (tags: string[]) => void
}

export function TagsChoice({ tags, known, onTags }: TagsProps) {
  const { tasks } = texts
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        const input = event.currentTarget.querySelector('input')
        onTags(tagsOf(input?.value ?? ''))
      }}
    >
      <p class="field">
        <input
          aria-label={tasks.tags}
          defaultValue={tags.join(', ')}
          list="known-tags"
          autocomplete="off"
          dir="auto"
        />
        <span class="hint">{tasks.tagsNote}</span>
      </p>
      <datalist id="known-tags">
        {known.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      <p class="actions">
        <button type="submit" class="primary">
          {tasks.tags}
        </button>
      </p>
    </form>
  )
}
