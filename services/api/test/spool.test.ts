import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Spool, spoolLimits } from '../src/account/spool.ts'

let folder: string
const before = process.env.TMPDIR
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklane-spool-'))
  process.env.TMPDIR = folder
})
afterAll(async () => {
  if (before === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = before
  await rm(folder, { recursive: true })
})

const texts = ['first', 'ä😀\u2028\n', 'x'.repeat(1000), '', 'last']

async function textsOf(spool: Spool): Promise<string[]> {
  const found: string[] = []
  for await (const text of spool.texts()) found.push(text)
  return found
}

test.each([0, 10, 1_000_000])(
  'what is put in comes out, with %i bytes of it in memory',
  async (memoryBytes) => {
    const spool = new Spool({ ...spoolLimits, memoryBytes })
    for (const text of texts) await spool.append(text)
    expect(await textsOf(spool)).toEqual(texts)
    expect(await textsOf(spool)).toEqual(texts)
    await spool.close()
  },
)

test('its file has no name, so that nothing is left of it however the process ends', async () => {
  const spool = new Spool({ ...spoolLimits, memoryBytes: 0 })
  for (const text of texts) await spool.append(text)
  expect(await readdir(folder)).toEqual([])
  await spool.close()
})

test('one spool is bounded, and so are all together, until one is closed', async () => {
  const limits = { memoryBytes: 0, bytes: 10, allBytes: 15 }
  const [first, second] = [new Spool(limits), new Spool(limits)]
  await first.append('x'.repeat(10))
  await expect(first.append('x')).rejects.toMatchObject({ code: 'payload_too_large' })
  await second.append('x'.repeat(5))
  await expect(second.append('x')).rejects.toMatchObject({ code: 'unavailable' })
  await first.close()
  await second.append('x')
  expect(await textsOf(second)).toEqual(['xxxxx', 'x'])
  await second.close()
})

test('a folder that is not there is told as what may be mended', async () => {
  process.env.TMPDIR = join(folder, 'missing')
  const spool = new Spool({ ...spoolLimits, memoryBytes: 0 })
  await expect(spool.append('x')).rejects.toMatchObject({ code: 'unavailable' })
  await spool.close()
  process.env.TMPDIR = folder
})
