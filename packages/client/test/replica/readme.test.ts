import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as client from '../../src/index.ts'
import * as replica from '../../src/replica/index.ts'
import { sharedServer } from '../shared-server.ts'

const server = sharedServer()

test("the README's offline example does what it says", async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /## Offline[\s\S]*?```ts\n([\s\S]*?)```/.exec(readme) ?? []
  const body = example.replaceAll(/^import .*$/gm, '')
  const userId = randomUUID()
  let settle: () => void = () => {}
  const settled = new Promise<void>((resolve) => {
    settle = resolve
  })
  const render = (_: unknown, unsent: number, network: string) => {
    if (unsent === 0 && network === 'online') settle()
  }
  const names = {
    ...client,
    ...replica,
    baseUrl: server.url,
    accessToken: server.token(userId),
    userId,
    render,
  }
  const run = new Function(...Object.keys(names), `return (async () => {${body}; return replica })()`)
  const opened: replica.Replica = await run(...Object.values(names))
  await settled
  expect([...opened.state.tasks.values()]).toMatchObject([{ title: 'Buy milk', completed: false }])
  const listed = await client.createClient({ baseUrl: server.url, token: () => server.token(userId) }).sync()
  expect(listed.changes).toMatchObject([{ task: { title: 'Buy milk', completed: false } }])
  await opened.close()
})
