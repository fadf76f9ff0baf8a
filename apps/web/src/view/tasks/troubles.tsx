import type { Conflict, Refusal } from '@tasklane/client/replica'
import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** What needs a person: both versions of a field that two devices changed, and what the API refused. */
export function Troubles({ workspace }: { workspace: Workspace }) {
  const { conflicts, refusals } = workspace.state.value
  if (conflicts.length + refusals.length === 0) return null
  return (
    <div class="troubles">
      {conflicts.map((conflict) => (
        <ConflictNote key={conflict.id} conflict={conflict} workspace={workspace} />
      ))}
      {refusals.map((refusal) => (
        <RefusalNote key={refusal.action.id} refusal={refusal} workspace={workspace} />
      ))}
    </div>
  )
}

function ConflictNote({
  conflict,
  workspace: { replica, state },
}: {
  conflict: Conflict
  workspace: Workspace
}) {
  const { tasks } = texts
  const title = state.value.tasks.get(conflict.id)?.title ?? ''
  return (
    <section class="trouble" aria-label={tasks.conflict(title)}>
      <h2 dir="auto">{tasks.conflict(title)}</h2>
      {conflict.fields.map(({ field, mine, theirs }) => (
        <dl key={field}>
          <dt>{tasks.mine}</dt>
          <dd dir="auto">{inText(mine)}</dd>
          <dt>{tasks.theirs}</dt>
          <dd dir="auto">{inText(theirs)}</dd>
        </dl>
      ))}
      <p class="actions">
        <button type="button" onClick={() => void replica.resolve(conflict, 'mine')}>
          {tasks.mine}
        </button>
        <button type="button" onClick={() => void replica.resolve(conflict, 'theirs')}>
          {tasks.theirs}
        </button>
      </p>
    </section>
  )
}

function inText(value: unknown): string {
  if (value === null || value === undefined || value === '') return texts.tasks.none
  return Array.isArray(value) ? value.join(', ') : String(value)
}

function RefusalNote({ refusal, workspace: { replica } }: { refusal: Refusal; workspace: Workspace }) {
  const { tasks } = texts
  return (
    <section class="trouble" aria-label={tasks.refused}>
      <h2>{tasks.refused}</h2>
      <p>{refusal.problem.detail}</p>
      <p class="actions">
        <button type="button" onClick={() => void replica.dismiss(refusal)}>
          {tasks.dismiss}
        </button>
      </p>
    </section>
  )
}
