import type { Conflict, Refusal } from '@tasklane/client/replica'
import { texts } from '../../texts/texts.ts'
import { conflictInWords, valueInWords, wordsIn } from '../../view-model/tasks/values-in-words.ts'
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

interface ConflictProps {
  conflict: Conflict
  workspace: Workspace
}

function ConflictNote({ conflict, workspace }: ConflictProps) {
  const { tasks } = texts
  const { replica, state } = workspace
  const heading = conflictInWords(conflict, state.value)
  return (
    <section class="trouble" aria-label={heading}>
      <h2 dir="auto">{heading}</h2>
      <BothVersions conflict={conflict} workspace={workspace} />
      <p class="actions">
        <button type="button" onClick={() => void replica.resolve(conflict, 'mine')}>
          {tasks.keepMine}
        </button>
        <button type="button" onClick={() => void replica.resolve(conflict, 'theirs')}>
          {tasks.keepTheirs}
        </button>
      </p>
    </section>
  )
}

function BothVersions({ conflict, workspace: { board } }: ConflictProps) {
  const { tasks } = texts
  return (
    <table class="versions">
      <thead>
        <tr>
          <td />
          <th scope="col">{tasks.mine}</th>
          <th scope="col">{tasks.theirs}</th>
        </tr>
      </thead>
      <tbody>
        {conflict.fields.map(({ field, mine, theirs }) => (
          <tr key={field}>
            <th scope="row">{tasks.fields[field as keyof typeof tasks.fields] ?? field}</th>
            <td dir="auto">{valueInWords(field, mine, board.words.value)}</td>
            <td dir="auto">{valueInWords(field, theirs, board.words.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** With all that was typed, so that it can be copied from here: the task shows it no more. */
function RefusalNote({ refusal, workspace: { replica, state } }: { refusal: Refusal; workspace: Workspace }) {
  const { tasks } = texts
  return (
    <section class="trouble" aria-label={tasks.refused}>
      <h2>{tasks.refused}</h2>
      <p>{refusal.problem.detail}</p>
      {wordsIn(refusal.operations, state.value).map((words, index) => (
        <p key={index} class="lost-words" dir="auto">
          {words}
        </p>
      ))}
      <p class="actions">
        <button type="button" onClick={() => void replica.dismiss(refusal)}>
          {tasks.dismiss}
        </button>
      </p>
    </section>
  )
}
