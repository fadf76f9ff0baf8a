import { texts } from '../../texts/texts.ts'
import type { Asked, Workspace } from '../../view-model/tasks/workspace.ts'
import { Dialog } from '../shell/dialog.tsx'
import { DueChoice, PriorityChoice, TagsChoice } from './choices.tsx'

/** A question about the chosen tasks, answered at once. */
export function AskedDialog({ workspace }: { workspace: Workspace }) {
  const asked = workspace.asked.value
  if (asked === undefined) return null
  const close = () => {
    workspace.asked.value = undefined
  }
  const answer = (run: () => Promise<void>) => {
    close()
    void run()
  }
  return (
    <Dialog key={asked.kind} title={texts.tasks[asked.kind]} onClose={close}>
      {asked.kind === 'emptyTrash' ? (
        <EmptyTrashQuestion workspace={workspace} answer={answer} close={close} />
      ) : (
        <TasksQuestion asked={asked} workspace={workspace} answer={answer} />
      )}
    </Dialog>
  )
}

interface Props {
  workspace: Workspace
  answer: (run: () => Promise<void>) => void
}

function EmptyTrashQuestion({ workspace: { trash }, answer, close }: Props & { close: () => void }) {
  const { tasks, shell } = texts
  return (
    <>
      <p>{tasks.emptyTrashAsk(trash.count.value)}</p>
      <p class="actions">
        <button type="button" class="primary dangerous" onClick={() => answer(() => trash.empty())}>
          {tasks.emptyTrash}
        </button>
        <button type="button" onClick={close}>
          {shell.cancel}
        </button>
      </p>
    </>
  )
}

type AboutTasks = Extract<Asked, { ids: readonly string[] }>

function TasksQuestion({ asked: { kind, ids }, workspace, answer }: Props & { asked: AboutTasks }) {
  const { verbs, selection, state, board } = workspace
  const prioritise = async (priority: number | null) => {
    await verbs.change(ids, { priority })
    const [first] = ids
    if (first !== undefined && selection.current.value === first) selection.focus(first)
  }
  if (kind === 'due')
    return (
      <DueChoice
        onWhen={(when) => answer(() => verbs.schedule(ids, when))}
        onDay={(day) => answer(() => verbs.dueOn(ids, day))}
      />
    )
  if (kind === 'priority')
    return <PriorityChoice onChoose={(priority) => answer(() => prioritise(priority))} />
  const [only] = ids.length === 1 ? ids : []
  return (
    <TagsChoice
      tags={only === undefined ? [] : (state.value.tasks.get(only)?.tags ?? [])}
      known={board.counts.value.tags.map(({ tag }) => tag)}
      onTags={(tags) =>
        answer(() => (only === undefined ? verbs.addTags(ids, tags) : verbs.change(ids, { tags })))
      }
    />
  )
}
