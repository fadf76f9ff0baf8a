import { texts } from '../../texts/texts.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** A small line while there is no network, and how much is kept back. */
export function NetworkStatus({ workspace }: { workspace: Workspace }) {
  const isOffline = workspace.isOffline.value
  return (
    <p class="network" role="status" hidden={!isOffline}>
      {isOffline && texts.shell.offline(workspace.unsent.value)}
    </p>
  )
}
