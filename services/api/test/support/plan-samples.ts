import { randomUUID } from 'node:crypto'
import { change, creation } from '../../src/tasks/columns.ts'
import { pageShapes, parametersOf } from '../../src/tasks/page-shapes.ts'
import { pageStatement } from '../../src/tasks/page-statements.ts'
import { orderOf } from '../../src/tasks/sorts.ts'
import { exampleChanges, exampleTask } from './fields.ts'

export const MANY = 10_000
const LIMIT = 21
/** Rows that a statement may look at or sort for a page of the trash or the feed: it twice over, and the totals. */
const PAGE_ROWS = 2 * LIMIT + 3
const BATCH_ROWS = 500
const TAGGED_ROWS = MANY / 10

export interface Sample {
  /** Values of the parameters after the user's id. */
  values: readonly unknown[]
  /** How many rows it may look at. */
  rows: number
  /** Sent without a name, so that it is always planned for its values. */
  unnamed?: true
}

const task = '00000000-0000-7000-8000-000000005000'
/** Of the short list too. */
const early = '00000000-0000-7000-8000-000000000005'
const trashed = '00000000-0000-7000-8000-000000009999'
const time = '2026-01-01T00:00:00.000Z'
const middle = '2026-01-01T01:23:20.000Z'
/** Within the last quarter, all of which are planned alike. */
const tied = '2026-01-01T02:25:50.000Z'
const CLOCK = 100 * Date.parse(time)
const one: Sample = { values: [], rows: 1 }

/** What each statement is tried with. A statement without a sample here fails the suite. */
export const samples: Record<string, Sample | Sample[]> = {
  task_get: { values: [task], rows: 1 },
  task_list_revision: one,
  task_count_created: { values: [2 * MANY, CLOCK], rows: 1 },
  task_insert: { values: [randomUUID(), time, ...creation.plain.valuesOf(exampleTask)], rows: 1 },
  task_insert_planned: { values: [randomUUID(), time, ...creation.planned.valuesOf(exampleTask)], rows: 1 },
  task_list_lock: one,
  task_count_updated: {
    values: [task, null, ...change.plain.valuesOf(exampleChanges), false, CLOCK],
    rows: 2,
  },
  task_update: { values: [task, null, ...change.plain.valuesOf(exampleChanges), false, time], rows: 2 },
  task_count_updated_planned: {
    values: [task, null, ...change.planned.valuesOf(exampleChanges), false, CLOCK],
    rows: 2,
  },
  task_update_planned: {
    values: [task, null, ...change.planned.valuesOf(exampleChanges), false, time],
    rows: 2,
  },
  task_look: { values: [`{${task}}`], rows: 2 },
  task_is_at: { values: [early, 5], rows: 1 },
  task_set_next: { values: [task, null], rows: 1 },
  task_count_dropped: one,
  task_drop: { values: [trashed], rows: 1 },
  task_count_deleted: { values: [task, null, CLOCK], rows: 2 },
  task_delete: { values: [task, null, time], rows: 2 },
  trash_page: { values: [LIMIT, 0], rows: PAGE_ROWS },
  trash_page_after: { values: [LIMIT, middle, task], rows: PAGE_ROWS },
  trash_count_restored: { values: [trashed, CLOCK], rows: 2 },
  trash_restore: { values: [trashed], rows: 2 },
  trash_count_purged: { values: [trashed], rows: 2 },
  trash_purge: { values: [trashed], rows: 1 },
  // Of the trash, half of which is due, it may look through what is due, and order that.
  trash_due: { values: [middle, BATCH_ROWS], rows: MANY / 5 + 1 },
  trash_purge_many: { values: [`{${trashed}}`], rows: 1 },
  trash_count_purged_many: { values: [1], rows: 1 },
  purge_remember: { values: [`{${trashed}}`], rows: 1 },
  purge_mark: { values: [`{${trashed}}`, time], rows: 1 },
  // All that is left of purged tasks may have come back.
  purge_unremember: { values: [], rows: 3 * MANY, unnamed: true },
  purge_raise_horizon: { values: [time], rows: 4 },
  purge_forget: { values: [time], rows: 3 },
  purge_forget_marks: { values: [time], rows: 2 },
  move_find: { values: [`{${task}}`], rows: 1 },
  move_count: { values: [`{${task}}`, CLOCK], rows: 1 },
  move_place: { values: [`{${task}}`, '{z}'], rows: 2 },
  tags_list: { values: [1000], rows: TAGGED_ROWS },
  batch_taken: { values: [`{${task}}`], rows: 2 },
  sync_changes: { values: [MANY / 2, LIMIT, MANY / 2], rows: PAGE_ROWS },
  sync_place: one,
  sync_begin_anew: { values: [CLOCK], rows: 1 },
  idempotency_forget_expired: { values: [time], rows: 0 },
  idempotency_remember: { values: ['new', 'hash', time, 201, '{}', null, true], rows: 1 },
  idempotency_find: { values: ['key 50', time], rows: 1 },
  account_summary: { values: [], rows: 2 },
  account_export_page: { values: [task, BATCH_ROWS], rows: BATCH_ROWS, unnamed: true },
  account_import_tasks: { values: ['[]', CLOCK], rows: 1 },
  account_count_imported: { values: [1, 0, 0, 1, 2 * MANY, CLOCK, true], rows: 1 },
  account_remove: { values: [], rows: 1 },
}

/** What each parameter of a page is, unless it is asked for something. */
const nowhere: Record<string, unknown> = {
  ...{ limit: LIMIT, offset: 0, id: task, completed: '{true,false}', search: null, tag: null },
  ...{ due_from: null, due_before: null, time: tied, time_id: task, time_without: 'infinity' },
}
/** In the middle of thousands that have the same due and priority. */
const placeValues = { title: 'Task 5', due: '2026-02-10', priority: 5, position: '2026-01-01T02:4' }
const range = { due_from: '2026-01-20', due_before: '2026-01-21' }
const RANGE_ROWS = MANY / 100

/** Of how many scans a page may be merged, each of which is looked at as far as the page goes. */
const SCANS = { plain: 2, nullable: 4, place: 6 }

for (const shape of pageShapes()) {
  const { column, wanted } = shape
  const value = { created_at: middle, updated_at: middle, ...placeValues }[column]
  const sampleOf = (asked: object, rows: number, more: object = {}): Sample => {
    const values: Record<string, unknown> = { ...nowhere, value, ...asked }
    return { values: parametersOf(shape).map((name) => values[name]), rows, ...more }
  }
  const page = SCANS[orderOf[column].kind] * LIMIT + 3
  const unnamed = { unnamed: true }
  samples[pageStatement(shape).name] = {
    all: [sampleOf({}, page)],
    // The count looks at the index entries of what it counts.
    range: [sampleOf({ ...range, value: range.due_from }, page + RANGE_ROWS)],
    // A search looks at every task of the user, by design; what has a tag is looked for among what has any.
    matching: [
      sampleOf({ search: 'task 1234' }, 2 * MANY + 3, unnamed),
      sampleOf(range, RANGE_ROWS + 3, unnamed),
      sampleOf({ tag: 'garden' }, TAGGED_ROWS + 3, unnamed),
    ],
  }[wanted]
}

/** A page of the feed from its beginning. */
export const firstChanges: Sample = { values: [0, LIMIT, MANY], rows: PAGE_ROWS }
