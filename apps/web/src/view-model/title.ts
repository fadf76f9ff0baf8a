import { texts } from '../texts/texts.ts'
import type { Route } from './router.ts'
import type { SessionState } from './session.ts'

/** The title of the page: which view it shows. */
export function titleOf(session: SessionState, view: Route): string {
  const name = session.kind === 'signed-in' ? nameOf(view) : undefined
  return name === undefined ? texts.app : `${name} · ${texts.app}`
}

function nameOf(route: Route): string | undefined {
  const { views } = texts
  switch (route.view) {
    case 'tag':
      return route.tag
    case 'all':
    case 'today':
    case 'upcoming':
    case 'completed':
    case 'trash':
    case 'search':
      return views[route.view]
    default:
      return undefined
  }
}
