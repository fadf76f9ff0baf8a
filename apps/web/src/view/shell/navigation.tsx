import { useComputed } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { pathOf, type Route, type Router } from '../../view-model/router.ts'
import type { Workspace } from '../../view-model/tasks/workspace.ts'
import { Icon, type IconName } from './icon.tsx'

interface Entry {
  route: Route
  name: string
  icon: IconName
  count?: number | undefined
  /** Apart from those before it. */
  isApart?: boolean
}

export function Navigation({ router, workspace }: { router: Router; workspace: Workspace }) {
  const { counts, tags } = workspace.navigation.value
  const { views } = texts
  // Not drawn anew for a letter of a search, which no link leads to.
  const current = useComputed(() => pathOf(withoutQuery(router.view.value))).value
  const entries: readonly Entry[] = [
    { route: { view: 'all' }, name: views.all, icon: 'all', count: counts.all },
    { route: { view: 'today' }, name: views.today, icon: 'today', count: counts.today },
    { route: { view: 'upcoming' }, name: views.upcoming, icon: 'upcoming', count: counts.upcoming },
    ...tags.map(({ tag, count }, index) => ({
      route: { view: 'tag' as const, tag },
      name: tag,
      icon: 'tag' as const,
      count,
      isApart: index === 0,
    })),
    {
      route: { view: 'completed' },
      name: views.completed,
      icon: 'completed',
      count: counts.completed,
      isApart: true,
    },
    { route: { view: 'trash' }, name: views.trash, icon: 'trash', count: counts.trash },
  ]
  return (
    <nav class="views" aria-label={views.label}>
      <ul>
        {entries.map((entry) => (
          <ViewLink key={pathOf(entry.route)} entry={entry} current={current} among={entries.length} />
        ))}
      </ul>
    </nav>
  )
}

function withoutQuery(route: Route): Route {
  return route.view === 'search' ? { ...route, query: '' } : route
}

/** The count is beside the link, not in it: the link is named for its view alone. */
function ViewLink({ entry, current, among }: { entry: Entry; current: string; among: number }) {
  const { route, name, icon, count, isApart } = entry
  const path = pathOf(route)
  const isCurrent = path === current
  const item = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    // On a phone the views are a line that is moved sideways.
    if (isCurrent) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isCurrent, among])
  return (
    <li ref={item} class={isApart ? 'apart' : undefined}>
      <a href={path} aria-current={isCurrent ? 'page' : undefined}>
        <Icon name={icon} />
        <span class="name" dir="auto">
          {name}
        </span>
      </a>
      {count !== undefined && count > 0 && <span class="count">{texts.number(count)}</span>}
    </li>
  )
}
