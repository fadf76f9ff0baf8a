import { ORDERS, orderOf } from '../../model/views.ts'
import { texts } from '../../texts/texts.ts'
import type { Router } from '../../view-model/router.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'

/** How the list is ordered; how much a search found. */
export function ViewTools({ router, workspace: { board } }: { router: Router; workspace: Workspace }) {
  const { tasks } = texts
  const route = router.view.value
  const { length } = board.rows.value.tasks
  if (route.view === 'completed' || (length === 0 && route.view !== 'search')) return null
  if (route.view === 'search') return <p class="tools">{route.query !== '' && tasks.results(length)}</p>
  return (
    <p class="tools">
      <label>
        <span class="visually-hidden">{tasks.order}</span>
        <select
          value={board.order.value}
          onChange={({ currentTarget }) => board.orderBy(orderOf(currentTarget.value))}
        >
          {ORDERS.map((order) => (
            <option key={order} value={order}>
              {tasks.orders[order]}
            </option>
          ))}
        </select>
      </label>
    </p>
  )
}
