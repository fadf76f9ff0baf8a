import { computed, type ReadonlySignal, signal } from '@preact/signals'

export type Route =
  | { view: 'all' | 'today' | 'upcoming' | 'completed' | 'trash' | 'sign-in' | 'create-account' | 'unknown' }
  | { view: 'tag'; tag: string }
  | { view: 'search'; query: string }
  | { view: 'task'; id: string }

const plainViews = ['today', 'upcoming', 'completed', 'trash', 'sign-in', 'create-account'] as const

/** What an address shows. */
export function routeOf({ pathname, search }: { pathname: string; search: string }): Route {
  const [first = '', second, ...rest] = pathname.replace(/^\/|\/$/g, '').split('/')
  if (rest.length > 0) return { view: 'unknown' }
  if (first === 'tasks' && second !== undefined) return { view: 'task', id: second.toLowerCase() }
  if (first === 'tags' && second !== undefined) return tagRoute(second)
  if (second !== undefined) return { view: 'unknown' }
  if (first === '' || first === 'tasks') return { view: 'all' }
  if (first === 'search') return { view: 'search', query: new URLSearchParams(search).get('q') ?? '' }
  return { view: plainViews.find((view) => view === first) ?? 'unknown' }
}

function tagRoute(segment: string): Route {
  try {
    return { view: 'tag', tag: decodeURIComponent(segment) }
  } catch {
    return { view: 'unknown' }
  }
}

/** The address that shows it. */
export function pathOf(route: Route): string {
  switch (route.view) {
    case 'all':
    case 'unknown':
      return '/'
    case 'tag':
      return `/tags/${encodeURIComponent(route.tag)}`
    case 'search':
      return route.query === '' ? '/search' : `/search?q=${encodeURIComponent(route.query)}`
    case 'task':
      return `/tasks/${route.id}`
    default:
      return `/${route.view}`
  }
}

/** The part of `window` that a router needs. */
export interface Place {
  location: { pathname: string; search: string }
  history: Pick<History, 'state' | 'pushState' | 'replaceState' | 'back'>
  addEventListener(type: 'popstate', listener: () => void): void
}

export interface Router {
  /** What the address shows. */
  readonly route: ReadonlySignal<Route>
  /** The view to be seen: behind an open task or a sign-in, the one that it was opened from. */
  readonly view: ReadonlySignal<Route>
  /**
   * `replace`: without a step of its own in the history. `isTyped`: as a search is, letter by letter; the address follows
   * once nothing more is typed, since browsers are slow to change it, and refuse to do so too often.
   */
  go(to: Route, how?: { replace?: boolean; isTyped?: boolean }): void
  /** Closes what is open over the view: back to where it was opened, or to the view itself. */
  close(): void
}

interface Step {
  /** The path behind it. */
  behind?: string
}

/** @param soon calls back when nothing more was typed for a while, and gives what cancels it. */
export function createRouter(place: Place, soon: (run: () => void) => () => void = atOnce): Router {
  const route = signal(routeOf(place.location))
  const step = signal(stepOf(place.history.state))
  const view = computed<Route>(() => {
    if (!isOver(route.value)) return route.value
    const [pathname = '/', search = ''] = (step.value.behind ?? '/').split('?')
    return routeOf({ pathname, search })
  })
  const read = () => {
    step.value = stepOf(place.history.state)
    route.value = routeOf(place.location)
  }
  const typed = lastOf(soon)
  place.addEventListener('popstate', () => {
    typed.drop()
    read()
  })
  return {
    route,
    view,
    go(to, { replace = false, isTyped = false } = {}) {
      const path = pathOf(to)
      const next: Step = isOver(to) ? { behind: pathOf(view.value) } : {}
      if (isTyped) {
        typed.later(() => place.history.replaceState(next, '', path))
        step.value = next
        route.value = to
        return
      }
      typed.now()
      const isHere = path === `${place.location.pathname}${place.location.search}`
      if (replace || isHere) place.history.replaceState(next, '', path)
      else place.history.pushState(next, '', path)
      read()
    },
    close() {
      typed.now()
      if (step.value.behind !== undefined) return place.history.back()
      place.history.replaceState({}, '', pathOf(view.value))
      read()
    },
  }
}

function atOnce(run: () => void): () => void {
  run()
  return () => {}
}

/** The last of what is put off, which can be done now, or never. */
function lastOf(soon: (run: () => void) => () => void) {
  let waiting: (() => void) | undefined
  let cancel = () => {}
  const drop = () => {
    cancel()
    waiting = undefined
  }
  const now = () => {
    const run = waiting
    drop()
    run?.()
  }
  return {
    drop,
    now,
    later(run: () => void) {
      drop()
      waiting = run
      cancel = soon(now)
    },
  }
}

/** A task is opened over a view; whoever signs in comes back to one. */
function isOver({ view }: Route): boolean {
  return view === 'task' || view === 'sign-in' || view === 'create-account'
}

function stepOf(state: unknown): Step {
  if (typeof state !== 'object' || state === null || !('behind' in state)) return {}
  return typeof state.behind === 'string' ? { behind: state.behind } : {}
}
