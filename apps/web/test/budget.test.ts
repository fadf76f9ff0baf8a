import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { webFolder } from '../build.mjs'

const dist = join(webFolder, 'dist')

test('the first view has at most 60 KB of compressed JavaScript and 10 KB of CSS', () => {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const [script = ''] = page.match(/\/assets\/[^"]+\.js/) ?? []
  const [style = ''] = page.match(/\/assets\/[^"]+\.css/) ?? []
  const scripts = [...withImports(script, new Set())]
  const compressed = (path: string) => readFileSync(join(dist, `${path}.br`)).length
  const bytes = scripts.map(compressed).reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(10_000)
  expect(bytes).toBeLessThanOrEqual(60_000)
  expect(compressed(style)).toBeGreaterThan(1000)
  expect(compressed(style)).toBeLessThanOrEqual(10_000)
})

/** The script and all that it imports before it runs; what it imports later is not of the first view. */
function withImports(path: string, known: Set<string>): Set<string> {
  if (known.has(path)) return known
  known.add(path)
  const text = readFileSync(join(dist, path), 'utf8')
  for (const [, name = ''] of text.matchAll(/(?:import|from)\s*"\.\/([\w.-]+\.js)"/g)) {
    withImports(`/assets/${name}`, known)
  }
  return known
}
