import { expect, test } from 'vitest'
import { createRouter, type Place, pathOf, type Route, routeOf } from '../../src/view-model/router.ts'

const id = '0190a000-0000-7000-8000-000000000000'

const addresses: [string, Route][] = [
  ['/', { view: 'all' }],
  ['/today', { view: 'today' }],
  ['/upcoming', { view: 'upcoming' }],
  ['/completed', { view: 'completed' }],
  ['/trash', { view: 'trash' }],
  ['/tags/a%2Fb%20%C3%BC%3F', { view: 'tag', tag: 'a/b ü?' }],
  ['/search', { view: 'search', query: '' }],
  ['/search?q=50%25%20%26%20more', { view: 'search', query: '50% & more' }],
  [`/tasks/${id}`, { view: 'task', id }],
  ['/sign-in', { view: 'sign-in' }],
]

test.each(addresses)('%s is the address of its view, there and back', (path, route) => {
  const url = new URL(path, 'http://here')
  expect(routeOf(url)).toEqual(route)
  expect(pathOf(route)).toBe(path)
})

test('other forms of an address lead to the same view, and what is none leads nowhere', () => {
  const at = (path: string) => routeOf(new URL(path, 'http://here'))
  expect(at('/today/')).toEqual({ view: 'today' })
  expect(at('/tasks')).toEqual({ view: 'all' })
  expect(at(`/tasks/${id.toUpperCase()}`)).toEqual({ view: 'task', id })
  for (const path of ['/nowhere', '/tags/%ff', '/today/more', '/tags/a/b'])
    expect(at(path).view, path).toBe('unknown')
})

test('a task opens over the view where it was opened, and closing it leads back there', () => {
  const place = placeAt('/tags/home')
  const router = createRouter(place)
  router.go({ view: 'task', id })
  expect(router.route.value).toEqual({ view: 'task', id })
  expect(router.view.value).toEqual({ view: 'tag', tag: 'home' })
  router.close()
  expect(router.route.value).toEqual({ view: 'tag', tag: 'home' })
  expect(place.steps).toHaveLength(1)
})

test('a task that was opened by its address closes to all tasks, without a step back', () => {
  const place = placeAt(`/tasks/${id}`)
  const router = createRouter(place)
  expect(router.view.value).toEqual({ view: 'all' })
  router.close()
  expect(router.route.value).toEqual({ view: 'all' })
  expect(place.steps).toHaveLength(1)
})

test('where it is already, a view adds no step to the history', () => {
  const place = placeAt('/today')
  const router = createRouter(place)
  router.go({ view: 'today' })
  router.go({ view: 'search', query: 'm' })
  router.go({ view: 'search', query: 'milk' }, { replace: true })
  expect(place.steps.map(({ path }) => path)).toEqual(['/today', '/search?q=milk'])
})

test('while a search is typed, the address waits for its last letter', () => {
  const place = placeAt('/search')
  const waiting = new Set<() => void>()
  const router = createRouter(place, (run) => {
    waiting.add(run)
    return () => waiting.delete(run)
  })
  const paths = () => place.steps.map(({ path }) => path)
  for (const query of ['m', 'mi', 'milk']) router.go({ view: 'search', query }, { isTyped: true })
  expect(router.view.value).toEqual({ view: 'search', query: 'milk' })
  expect(paths()).toEqual(['/search'])
  for (const run of waiting) run()
  expect(paths()).toEqual(['/search?q=milk'])
  router.go({ view: 'search', query: 'milky' }, { isTyped: true })
  router.go({ view: 'task', id })
  expect(paths()).toEqual(['/search?q=milky', `/tasks/${id}`])
})

/** A browser's history, as the standard has it. */
function placeAt(start: string): Place & { steps: { path: string; state: unknown }[] } {
  const steps: { path: string; state: unknown }[] = [{ path: start, state: null }]
  let listener = () => {}
  const current = () => steps.at(-1) ?? { path: '/', state: null }
  return {
    steps,
    get location() {
      return new URL(current().path, 'http://here')
    },
    history: {
      get state() {
        return current().state
      },
      pushState: (state, _, path) => void steps.push({ path: String(path), state }),
      replaceState: (state, _, path) => void steps.splice(-1, 1, { path: String(path), state }),
      back() {
        steps.pop()
        listener()
      },
    },
    addEventListener: (_, given) => {
      listener = given
    },
  }
}
