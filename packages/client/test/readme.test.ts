import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as client from '../src/index.ts'
import { sharedServer } from './shared-server.ts'

const server = sharedServer()

test("the README's example does what it says", async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  const body = example.replace(/^import .*$/m, '')
  const titles: string[] = []
  const codes: string[] = []

  const names = { ...client, baseUrl: server.url, accessToken: server.token(), titles, codes }
  const run = new Function(...Object.keys(names), `return (async () => {${body}; return changes })()`)
  const changes: unknown = await run(...Object.values(names))

  expect(titles).toEqual(['Buy milk', 'Water the plants'])
  expect(changes).toEqual([{ type: 'deleted', id: expect.any(String) }])
  expect(codes).toEqual(['validation_failed'])
})
