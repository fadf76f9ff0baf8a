import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const MAXIMUM_BYTES = 12 * 1024

test('the replica and its libraries are at most 12 KB of gzip in a browser', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from './src/replica/index.ts'",
      resolveDir: fileURLToPath(new URL('../..', import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength
  expect(bytes).toBeGreaterThan(1024)
  expect(bytes).toBeLessThanOrEqual(MAXIMUM_BYTES)
})
