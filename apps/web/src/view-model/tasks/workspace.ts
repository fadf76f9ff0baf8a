import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { TasklaneClient } from '@tasklane/client'
import {
  type Locks,
  memoryStorage,
  newIdAt,
  openIndexedDb,
  openReplica,
  type Replica,
  type ReplicaState,
  type ReplicaStorage,
  webCoordination,
} from '@tasklane/client/replica'
import type { Account } from '../../model/account/account.ts'
import { localeOf } from '../../model/locale.ts'
import type { ParseDates } from '../../model/quick-add/chrono-dates.ts'
import { type Order, orderOf } from '../../model/views.ts'
import { watchPress } from '../press.ts'
import type { Router } from '../router.ts'
import { type Board, createBoard } from './board.ts'
import { startClock } from './clock.ts'
import { QuickAddLine } from './quick-add.ts'
import { Selection } from './selection.ts'
import { Trash } from './trash.ts'
import { Undo } from './undo.ts'
import { Verbs } from './verbs.ts'

/** The small dialogs over the list, each for the tasks that are chosen. */
export type Asked = { kind: 'due' | 'priority' | 'tags'; ids: readonly string[] } | { kind: 'emptyTrash' }

/** A signed-in person's tasks, from sign-in to sign-out. */
export interface Workspace {
  /** How many changes the API has not acknowledged yet. */
  readonly unsent: ReadonlySignal<number>
  readonly isOffline: ReadonlySignal<boolean>
  readonly navigation: ReadonlySignal<Navigation>
  readonly state: ReadonlySignal<ReplicaState>
  readonly replica: Replica
  readonly board: Board
  readonly selection: Selection
  readonly verbs: Verbs
  readonly undo: Undo
  readonly trash: Trash
  readonly quickAdd: QuickAddLine
  readonly asked: Signal<Asked | undefined>
  /** The task whose title is edited in its place. */
  readonly editing: Signal<string | undefined>
  /** Asks the API now: the network is back, or the session is. */
  wake(): void
  close(): Promise<void>
  /** Closes it, and deletes what this device holds of the account. */
  destroy(): Promise<void>
}

/** What the links to the views say beside their names. */
export interface Navigation {
  counts: {
    readonly all?: number
    readonly today?: number
    readonly upcoming?: number
    readonly completed?: number
    readonly trash?: number
  }
  tags: readonly { tag: string; count: number }[]
}

export interface WorkspaceOptions {
  client: TasklaneClient
  account: Account
  router: Router
  locks: Locks
}

export async function openWorkspace({
  client,
  account,
  router,
  locks,
}: WorkspaceOptions): Promise<Workspace> {
  const replica = await openReplica({
    client,
    userId: account.id,
    storage: lasting(openIndexedDb(), memoryStorage()),
    coordination: webCoordination(locks, BroadcastChannel),
  })
  const state = signal(replica.state)
  const press = watchPress(window)
  const unsubscribe = replica.subscribe((next) => {
    press.afterClick(() => {
      state.value = next
    })
  })
  const clock = startClock({ now: Date.now, zone: readersZone, at: waitUntil })
  const onVisible = () => clock.look()
  document.addEventListener('visibilitychange', onVisible)
  const board = createBoard({ state, reader: clock.reader, router, language: language(), pause, orders })
  const stopReading = readAhead(state, board)
  const parts = assemble(client, replica, state, board, router)
  const stopLooking = parts.trash.follow()
  const end = () => {
    stopReading()
    stopLooking()
    document.removeEventListener('visibilitychange', onVisible)
    clock.stop()
    unsubscribe()
    press.stop()
  }
  return {
    ...parts,
    wake: () => replica.wake(),
    async close() {
      end()
      await replica.close()
    },
    async destroy() {
      end()
      localStorage.removeItem(ORDER)
      await replica.destroy()
    },
  }
}

/** Once all tasks are here, their texts are read for the first search. */
function readAhead(state: ReadonlySignal<ReplicaState>, board: Board): () => void {
  const isComplete = computed(() => state.value.complete)
  return effect(() => {
    if (isComplete.value) void board.prepareSearch()
  })
}

const ORDER = 'tasklane order'

const orders = {
  read: () => orderOf(localStorage.getItem(ORDER)),
  write: (order: Order) => localStorage.setItem(ORDER, order),
}

/** Some private windows have no storage that lasts: then changes live until the page is closed. */
function lasting(storage: ReplicaStorage, instead: ReplicaStorage): ReplicaStorage {
  return {
    open: (userId) => storage.open(userId).catch(() => instead.open(userId)),
    delete: (userId) => storage.delete(userId).catch(() => instead.delete(userId)),
  }
}

type Parts = Omit<Workspace, 'wake' | 'close' | 'destroy'>

function assemble(
  client: TasklaneClient,
  replica: Replica,
  state: ReadonlySignal<ReplicaState>,
  board: Board,
  router: Router,
): Parts {
  const undo = new Undo((action) => replica.undo(action))
  const selection = new Selection(() => board.rows.value.tasks.map(({ id }) => id))
  const locale = localeOf(language())
  const trash = new Trash(client, replica, state, undo)
  const today = () => board.reader.value.today
  const quickAdd = new QuickAddLine({
    context: () => {
      const { zone } = board.reader.value
      return { now: Date.now(), zone, locale, knownTags: board.counts.value.tags.map(({ tag }) => tag) }
    },
    given: () => {
      const view = router.view.value
      if (view.view === 'today') return { due: today() }
      return view.view === 'tag' ? { tags: [view.tag] } : {}
    },
    loadDates: async () => {
      const { casual } = await import('chrono-node/en')
      const parse: ParseDates = (...args) => casual.parse(...args)
      await compilePatterns(parse)
      return parse
    },
    patience: () => new Promise((resolve) => setTimeout(resolve, READER_PATIENCE_MILLISECONDS)),
    afterPaint: (run) => void pause(MOST_WAIT_MILLISECONDS).then(run),
  })
  return {
    state,
    replica,
    board,
    selection,
    undo,
    trash,
    verbs: new Verbs({
      replica,
      undo,
      selection,
      today,
      locale,
      newIds: (count) => ascendingIds(count),
      dayInWords: (day) => board.words.value.due(day),
    }),
    quickAdd,
    asked: signal(undefined),
    editing: signal(undefined),
    unsent: computed(() => state.value.unsent + quickAdd.held.value),
    isOffline: computed(() => state.value.network === 'offline'),
    navigation: computed(() => {
      const { all, today: due, upcoming, completed, tags } = board.counts.value
      // While the first walk of the feed is on its way, most are not counted yet.
      if (!state.value.complete) return { counts: {}, tags: [] }
      const counts = { all, today: due, upcoming, completed, trash: trash.count.value }
      return { counts, tags }
    }),
  }
}

/** In ascending order, each greater than those before it. */
function ascendingIds(count: number): string[] {
  return Array.from({ length: count }, () => newIdAt(Date.now())).sort()
}

function language(): string {
  return navigator.language
}

function readersZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Its patterns are compiled by their first two uses, which take as long as some hundred letters: not while one is typed. */
async function compilePatterns(parse: ParseDates): Promise<void> {
  for (let use = 0; use < 2; use += 1) {
    await pause()
    parse('Pay rent tomorrow at 9am', { instant: new Date(), timezone: 0 }, { forwardDate: true })
  }
}

/** For a network that neither answers nor fails: a line that was entered becomes a task with its date as words. */
const READER_PATIENCE_MILLISECONDS = 10_000

/** Somebody who types without end still sees what is understood. */
const MOST_WAIT_MILLISECONDS = 200

/** Until there is nothing else to do, or for so long. */
function pause(most?: number): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis)
      requestIdleCallback(() => resolve(), most === undefined ? {} : { timeout: most })
    else setTimeout(resolve)
  })
}

function waitUntil(instant: number, run: () => void): () => void {
  const timer = setTimeout(run, instant - Date.now())
  return () => clearTimeout(timer)
}
