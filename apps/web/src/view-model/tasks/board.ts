import { computed, type ReadonlySignal, signal } from '@preact/signals'
import type { ReplicaState } from '@tasklane/client/replica'
import { type DatesInWords, datesInWords } from '../../model/dates-in-words.ts'
import { Search } from '../../model/search.ts'
import type { Task } from '../../model/task.ts'
import {
  type ByHand,
  byHand,
  type Counts,
  countsOf,
  type Order,
  type Reader,
  type Section,
} from '../../model/views.ts'
import type { Router } from '../router.ts'
import { Places, type Rows, rowsOf, sectionsOf } from './lists.ts'

/** What is shown of the tasks, worked out from the replica's state, the reader's day and the address. */
export interface Board {
  readonly tasks: ReadonlySignal<readonly Task[]>
  readonly sections: ReadonlySignal<readonly Section[]>
  readonly rows: ReadonlySignal<Rows>
  readonly counts: ReadonlySignal<Counts>
  readonly order: ReadonlySignal<Order>
  /** Kept on this device. */
  orderBy(order: Order): void
  readonly reader: ReadonlySignal<Reader>
  readonly words: ReadonlySignal<DatesInWords>
  /** Reads ahead what a search looks through; asked for when someone comes near its box. */
  prepareSearch(): Promise<void>
}

export interface BoardOptions {
  state: ReadonlySignal<ReplicaState>
  reader: ReadonlySignal<Reader>
  router: Router
  language: string
  /** Lets whatever else there is to do be done. */
  pause: () => Promise<void>
  /** The order that was last chosen here. */
  orders: { read(): Order; write(order: Order): void }
}

export function createBoard({ state, reader, router, language, pause, orders }: BoardOptions): Board {
  const search = new Search()
  const places = new Places()
  const order = signal(orders.read())
  let last: ByHand | undefined
  const tasks = computed(() => {
    last = byHand(state.value.tasks, last)
    return last.order
  })
  const sections = computed(() =>
    sectionsOf(router.view.value, {
      tasks: tasks.value,
      order: order.value,
      reader: reader.value,
      search: (query) => search.find(tasks.value, query),
    }),
  )
  return {
    tasks,
    sections,
    rows: computed(() => {
      const rows = rowsOf(sections.value)
      return { ...rows, places: places.of(router.view.value, rows.tasks) }
    }),
    counts: computed(() => countsOf(tasks.value, reader.value)),
    order,
    orderBy(next) {
      order.value = next
      orders.write(next)
    },
    reader,
    words: computed(() => datesInWords(language, reader.value.today)),
    prepareSearch: () => search.prepare(() => tasks.peek(), pause),
  }
}
