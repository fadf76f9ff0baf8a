import { texts } from '../../texts/texts.ts'
import type { Router } from '../../view-model/router.ts'
import type { Board } from '../../view-model/tasks/board.ts'
import { Icon } from '../shell/icon.tsx'

/** Searches as it is typed; the address holds the query, without a step in the history for each letter. */
export function SearchBox({ router, board }: { router: Router; board: Board }) {
  const { tasks } = texts
  const route = router.view.value
  const query = route.view === 'search' ? route.query : ''
  const search = (text: string) => {
    if (text === '' && route.view !== 'search') return
    router.go({ view: 'search', query: text }, { isTyped: route.view === 'search' })
  }
  return (
    <search class="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={tasks.search}
        placeholder={tasks.search}
        autocomplete="off"
        dir="auto"
        value={query}
        onFocus={() => void board.prepareSearch()}
        onInput={({ currentTarget }) => search(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          if (route.view === 'search') router.go({ view: 'all' })
          else event.currentTarget.blur()
        }}
      />
    </search>
  )
}
