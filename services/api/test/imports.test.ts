import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../src')

/** Each file or folder of `src` imports only what stands before it. */
const order = [
  'errors.ts package.ts log-output.ts log.ts database recurrence planning http config.ts auth metrics feature.ts idempotency tasks',
  'tags moves trash batch sync account retention backup pages openapi app.ts service.ts process arguments.ts main.ts',
  'distribution commands tasklane.ts',
].flatMap((line) => line.split(' '))
const placeOf = (file: string) => order.indexOf(file.split('/')[0] ?? '')

const imports = new Map<string, string[]>()
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const text = readFileSync(join(entry.parentPath, entry.name), 'utf8')
  const paths = [...text.matchAll(/\b(?:from |import\()'(\.[^']+)'/g)].map(([, path = '']) => path)
  const resolved = paths.map((path) => relative(root, join(entry.parentPath, path)))
  imports.set(relative(root, join(entry.parentPath, entry.name)), resolved)
}

test('imports run one way, those of types included', () => {
  expect(imports.size).toBeGreaterThan(100)
  expect([...imports.keys()].filter((file) => placeOf(file) === -1)).toEqual([])
  const against = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => placeOf(target) > placeOf(file)).map((target) => `${file} → ${target}`),
  )
  expect(against).toEqual([])
})

test('no file imports itself by way of others, types included', () => {
  const clear = new Set<string>()
  const circleFrom = (path: readonly string[]): string[] | undefined => {
    const file = path.at(-1) ?? ''
    if (clear.has(file)) return undefined
    if (path.indexOf(file) < path.length - 1) return path.slice(path.indexOf(file))
    for (const target of imports.get(file) ?? []) {
      const circle = circleFrom([...path, target])
      if (circle !== undefined) return circle
    }
    clear.add(file)
    return undefined
  }
  expect([...imports.keys()].map((file) => circleFrom([file])).find(Boolean)).toBeUndefined()
})
