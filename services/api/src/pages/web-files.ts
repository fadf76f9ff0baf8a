import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { packageFolder } from '../package.ts'

/** A file as it is, and as it was compressed when the app was built. */
export interface WebFile {
  type: string
  /** Its name changes with its content. */
  isHashed: boolean
  tag: string
  content: Buffer
  compressed: readonly { encoding: 'br' | 'gzip'; content: Buffer }[]
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

const builtApp = resolve(packageFolder, '../../apps/web/dist')

/** The built web app by the path of each file: half a megabyte, which no request is to wait for. */
export function readWebFiles(folder = builtApp): ReadonlyMap<string, WebFile> {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new Error('The web app is not built: run npm run build, or npm start, which builds it')
  }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const served = names.filter((name) => extname(name) in types).sort()
  return new Map(served.map((name) => [`/${name}`, read(folder, name)]))
}

function read(folder: string, name: string): WebFile {
  const path = join(folder, name)
  const content = readFileSync(path)
  const variants = [
    { encoding: 'br', path: `${path}.br` },
    { encoding: 'gzip', path: `${path}.gz` },
  ] as const
  return {
    type: types[extname(name)] ?? 'application/octet-stream',
    isHashed: name.startsWith('assets'),
    tag: createHash('sha256').update(content).digest('base64url').slice(0, 16),
    content,
    compressed: variants
      .filter((variant) => existsSync(variant.path))
      .map((variant) => ({ encoding: variant.encoding, content: readFileSync(variant.path) })),
  }
}
