import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { sharedApp } from './support/app.ts'
import { tablesOf, toMarkdown } from './support/data-model.ts'

const page = fileURLToPath(new URL('../../../specs/006-task-crud-api/data-model.md', import.meta.url))

const app = await sharedApp()

test('every table and column of a user says in the database what it is for', async () => {
  const tables = await tablesOf(app.database.pool, 'public')
  const silent = tables.flatMap(({ name, meaning, columns }) => [
    ...(meaning === null ? [name] : []),
    ...columns.filter((column) => column.meaning === null).map((column) => `${name}.${column.name}`),
  ])
  expect(tables.length).toBeGreaterThanOrEqual(4)
  expect(silent).toEqual([])
})

test("the data model's tables are those of the database", async () => {
  let text = readFileSync(page, 'utf8')
  for (const schema of ['public', 'tasklane_auth']) {
    const generated = toMarkdown(await tablesOf(app.database.pool, schema))
    const place = new RegExp(`(?<=<!-- tables of ${schema} -->\n)[^]*?(?=\n<!-- end -->)`)
    expect(text, `a place for the tables of ${schema}`).toMatch(place)
    text = text.replace(place, () => generated)
  }
  await expect(text).toMatchFileSnapshot(page)
})
