// Builds the service: all of it and most of its libraries in a few files, since a start that looks for 2,000 files
// costs three times as much. It does not check types; `npm run types` does.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const service = join(root, 'services/api')
const stamp = join(service, 'dist/.built')

/** Libraries that find files beside themselves, start threads from them, or are needed by few starts. */
const external = [
  '@electric-sql/pglite',
  '@electric-sql/pglite-prepopulatedfs',
  '@fastify/swagger-ui',
  'node-pg-migrate',
  'pg-native',
  'pino',
  'pino-pretty',
  'yaml',
]

/** Whether `dist` was built from the sources and libraries as they are. */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

export async function build() {
  const { build: bundle, stop } = await import('esbuild')
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
  // Its process would stay as long as ours.
  await stop()
  writeFileSync(stamp, fingerprint())
}

function fingerprint() {
  const hash = createHash('sha256')
  const sources = readdirSync(join(service, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const others = ['package-lock.json', 'tsconfig.base.json', 'scripts/build.mjs'].map((name) =>
    join(root, name),
  )
  for (const path of [...sources.sort(), ...others.filter(existsSync)]) {
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !isBuilt()) await build()
