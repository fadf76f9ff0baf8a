import { readFileSync } from 'node:fs'

const source = readFileSync(new URL('../../src/config.ts', import.meta.url), 'utf8')

/** Every environment variable that the service reads. */
export const configurationNames: ReadonlySet<string> = new Set(
  [...source.matchAll(/read\w*\.(?:text|list|integer|choice|secret)\('([A-Z_]+)'/g)].map(
    ([, name = '']) => name,
  ),
)
