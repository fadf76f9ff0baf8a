import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { everySqlText, toSql } from './support/statements.ts'

const page = fileURLToPath(new URL('statements.sql', import.meta.url))

test('each statement reads in statements.sql as it is sent, and no two have one name', async () => {
  const statements = await everySqlText()
  const names = statements.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
  await expect(toSql(statements)).toMatchFileSnapshot(page)
})
