import { tagsOf } from '../../model/tags-text.ts'
import { PRIORITIES } from '../../model/task.ts'
import { texts } from '../../texts/texts.ts'
import type { When } from '../../view-model/tasks/verbs.ts'
import type { Asked, Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'

/** A question about the chosen tasks, answered at once. */
export function AskedDialog({ workspace }: { workspace: Workspace }) {
  const asked = workspace.asked.value
  if (asked === undefined) return null
  const close = () => {
    workspace.asked.value = undefined
  }
  const { tasks } = texts
  return (
    <Dialog key={asked.kind} title={tasks[asked.kind]} onClose={close}>
      <Question asked={asked} workspace={workspace} close={close} />
    </Dialog>
  )
}

interface Props {
  asked: Asked
  workspace: Workspace
  close: () => void
}

function Question({ asked, workspace, close }: Props) {
  const { verbs, selection, trash } = workspace
  const { tasks } = texts
  const answer = (run: () => Promise<void>) => {
    close()
    void run()
  }
  if (asked.kind === 'emptyTrash') {
    return (
      <>
        <p>{tasks.emptyTrashAsk(trash.tasks.value.length)}</p>
        <p class="actions">
          <button type="button" class="primary dangerous" onClick={() => answer(() => trash.empty())}>
            {tasks.emptyTrash}
          </button>
          <button type="button" onClick={close}>
            {texts.shell.cancel}
          </button>
        </p>
      </>
    )
  }
  const { ids } = asked
  const back = () => {
    const [first] = ids
    if (first !== undefined && selection.current.value === first) selection.focus(first)
  }
  if (asked.kind === 'due')
    return (
      <DueChoice
        onWhen={(when) => answer(() => verbs.schedule(ids, when))}
        onDay={(day) => answer(() => verbs.dueOn(ids, day))}
      />
    )
  if (asked.kind === 'priority')
    return (
      <PriorityChoice
        onChoose={(priority) =>
          answer(async () => {
            await verbs.change(ids, { priority })
            back()
          })
        }
      />
    )
  const [first] = ids
  const own =
    ids.length === 1 && first !== undefined ? (workspace.state.value.tasks.get(first)?.tags ?? []) : []
  return (
    <TagsChoice
      tags={own}
      known={workspace.board.counts.value.tags.map(({ tag }) => tag)}
      onTags={(tags) =>
        answer(() => (ids.length === 1 ? verbs.change(ids, { tags }) : verbs.addTags(ids, tags)))
      }
    />
  )
}

const WHENS: readonly When[] = ['today', 'tomorrow', 'nextWeek', 'never']

function DueChoice({ onWhen, onDay }: { onWhen: (when: When) => void; onDay: (day: string) => void }) {
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

function PriorityChoice({ onChoose }: { onChoose: (priority: number | null) => void }) {
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

function TagsChoice({ tags, known, onTags }: TagsProps) {
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
