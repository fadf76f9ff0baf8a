import { signal } from '@preact/signals'
import { type KeybindingsMap, tinykeys } from 'tinykeys'
import { PRIORITIES } from '../../model/task.ts'
import type { App } from '../app.ts'
import type { When } from './verbs.ts'
import type { Workspace } from './workspace.ts'

/** WCAG 2.1.4: single keys can be turned off. Kept on this device. */
export const singleKeys = signal(readSwitch())

const SWITCH = 'tasklane single keys'

function readSwitch(): boolean {
  return globalThis.localStorage?.getItem(SWITCH) !== 'off'
}

export function switchSingleKeys(isOn: boolean): void {
  singleKeys.value = isOn
  localStorage.setItem(SWITCH, isOn ? 'on' : 'off')
}

export interface Places {
  focusQuickAdd(): void
  focusSearch(): void
}

/** Listens until it is told to stop. */
export function listenToKeys(app: App, workspace: Workspace, places: Places): () => void {
  // Held down, a key walks; it does nothing else twice.
  const isBusy = (event: KeyboardEvent) => event.repeat && !/^(?:Arrow\w+|[jk])$/.test(event.key)
  const guarded = (map: KeybindingsMap, isAllowed: (event: KeyboardEvent) => boolean): KeybindingsMap =>
    Object.fromEntries(
      Object.entries(map).map(([keys, run]) => [
        keys,
        (event: KeyboardEvent) => {
          if (event.defaultPrevented || isBusy(event) || isDialogOpen() || !isAllowed(event)) return
          event.preventDefault()
          run(event)
        },
      ]),
    )
  const isInTasks = (event: KeyboardEvent) => !isTyping(event)
  const act = inTurn()
  const stops = [
    listen(guarded(single(app, workspace, places, act), (event) => singleKeys.value && isInTasks(event))),
    listen(guarded(others(workspace, act), (event) => isInTasks(event) || isLeavingEmptyLine(event))),
    listen(guarded({ '$mod+k': () => places.focusSearch() }, () => true)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Time enough between two keys of one shortcut for a hand that is slow. */
const BETWEEN_KEYS_MILLISECONDS = 5000

/** Where keys count is judged above; the library would leave out every field, checkboxes too. */
function listen(map: KeybindingsMap): () => void {
  return tinykeys(window, map, {
    ignore: ({ isComposing }) => isComposing,
    timeout: BETWEEN_KEYS_MILLISECONDS,
  })
}

const VIEWS: Readonly<Record<string, 'all' | 'today' | 'upcoming'>> = { a: 'all', t: 'today', u: 'upcoming' }
const WHEN: Readonly<Record<string, When>> = { t: 'today', m: 'tomorrow', w: 'nextWeek', r: 'never' }

type InTurn = (work: () => Promise<void> | void) => () => void

/** One after another: a key is for the row on which the key before it leaves the focus, however slow the storage is. */
function inTurn(): InTurn {
  let last: Promise<void> = Promise.resolve()
  return (work) => () => {
    last = last.then(work).catch(reportError)
  }
}

function single(app: App, workspace: Workspace, places: Places, act: InTurn): KeybindingsMap {
  const { verbs, selection, asked } = workspace
  const targets = () => selection.targets
  const prioritise = (priority: number | null) => act(() => verbs.change(targets(), { priority }))
  return {
    // First of all, and the second keys in one pattern: the library fires no key that an earlier sequence may begin with,
    // and forgets no sequence that stands behind the one that was fired.
    'g ([atu])': ({ key }) => {
      const view = VIEWS[key.toLowerCase()]
      if (view !== undefined) app.router.go({ view })
    },
    't ([tmwr])': ({ key }) => {
      const when = WHEN[key.toLowerCase()]
      if (when !== undefined) act(() => verbs.schedule(targets(), when))()
    },
    q: () => places.focusQuickAdd(),
    '[Shift]+/': () => places.focusSearch(),
    '[Shift]+?': () => app.open('shortcuts'),
    j: act(() => selection.step(1)),
    k: act(() => selection.step(-1)),
    e: act(() => completeOrReopen(workspace)),
    x: act(() => selection.toggle()),
    '1': prioritise(PRIORITIES.high),
    '2': prioritise(PRIORITIES.medium),
    '3': prioritise(PRIORITIES.low),
    '0': prioritise(null),
    '[Shift]+#': act(() => {
      if (targets().length > 0) asked.value = { kind: 'tags', ids: targets() }
    }),
  }
}

function others({ verbs, selection, board }: Workspace, act: InTurn): KeybindingsMap {
  const move = (by: 1 | -1) =>
    act(() => {
      const shown = board.rows.value.tasks.map(({ id }) => id)
      return verbs.move(selection.targets, by, shown)
    })
  return {
    ArrowDown: act(() => selection.step(1)),
    ArrowUp: act(() => selection.step(-1)),
    'Shift+ArrowDown': act(() => selection.step(1, true)),
    'Shift+ArrowUp': act(() => selection.step(-1, true)),
    'Alt+ArrowDown': move(1),
    'Alt+ArrowUp': move(-1),
    Delete: act(() => verbs.remove(selection.targets)),
    '$mod+a': act(() => selection.chooseAll()),
    '$mod+z': act(() => verbs.undo()),
    Escape: act(() => selection.clear()),
  }
}

async function completeOrReopen({ verbs, selection, state }: Workspace): Promise<void> {
  const ids = selection.targets
  const isDone = ids.every((id) => state.value.tasks.get(id)?.completed ?? false)
  await verbs.complete(ids, !isDone)
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target.isContentEditable || target.matches('textarea, select, [role=menu], [role=menu] *')
}

/** In a line that is still empty, these keys have nothing of their own to do. */
function isLeavingEmptyLine({ target, key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLInputElement) || target.value !== '' || target.type !== 'text') return false
  return key === 'ArrowDown' || (key === 'z' && (ctrlKey || metaKey))
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null
}
