// Builds the service, all of it and most of its libraries in a few files (a start that looks for 2,000 files costs three
// times as much), and the web app. It does not check types; `npm run types` does.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb } from '../apps/web/build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const service = join(root, 'services/api')

/** Libraries that find files beside themselves, start threads from them, or are needed by few starts. */
export const external = [
  '@electric-sql/pglite',
  '@electric-sql/pglite-prepopulatedfs',
  '@fastify/swagger-ui',
  'node-pg-migrate',
  'pg-native',
  'pino',
  'pino-pretty',
  'yaml',
]

/** What is built, of which files and folders, and how. `dist/.built` says of which state of them. */
const parts = [
  { dist: 'services/api/dist', sources: ['services/api/src'], make: buildService },
  {
    dist: 'apps/web/dist',
    sources: [
      'apps/web/src',
      'apps/web/icons',
      'apps/web/index.html',
      'apps/web/build.mjs',
      'apps/web/tsconfig.json',
      'packages/client/src',
    ],
    make: buildWeb,
  },
]

/** Whether everything was built from the sources and libraries as they are. */
export function isBuilt() {
  return parts.every(isPartBuilt)
}

export async function build() {
  const esbuild = await import('esbuild')
  await Promise.all(
    parts
      .filter((part) => !isPartBuilt(part))
      .map(async (part) => {
        const before = fingerprint(part)
        await part.make(esbuild)
        writeFileSync(stampOf(part), before)
      }),
  )
  // Its process would stay as long as ours.
  await esbuild.stop()
}

async function buildService({ build: bundle }) {
  rmSync(join(service, 'dist'), { recursive: true, force: true })
  await bundle({
    absWorkingDir: service,
    entryPoints: ['src/main.ts', 'src/tasklane.ts'],
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external,
    logLevel: 'warning',
    // CommonJS libraries in a module ask for Node's own by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
}

function isPartBuilt(part) {
  const stamp = stampOf(part)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(part)
}

function stampOf({ dist }) {
  return join(root, dist, '.built')
}

function fingerprint({ sources }) {
  const hash = createHash('sha256')
  const all = [...sources, 'package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs']
  for (const path of all.flatMap(filesAt)) {
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

/** The file at this path, or all files below the folder there. */
function filesAt(name) {
  const path = join(root, name)
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !isBuilt()) await build()
