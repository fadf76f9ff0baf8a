// Builds the web app: hashed files with a br and a gzip beside each, the page that names them, the service worker that
// keeps them, and the manifest. It does not check types; `npm run types` does.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

export const webFolder = fileURLToPath(new URL('.', import.meta.url))
const dist = join(webFolder, 'dist')

const compressible = new Set(['.js', '.css', '.svg', '.html', '.webmanifest'])
const common = {
  absWorkingDir: webFolder,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['chrome123', 'firefox128', 'safari17.5'],
  // virtua is written for React; Preact stands in.
  alias: {
    react: 'preact/compat',
    'react-dom': 'preact/compat',
    'react/jsx-runtime': 'preact/jsx-runtime',
  },
  legalComments: 'none',
  logLevel: 'warning',
}

export async function buildWeb({ build }) {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(join(dist, 'assets'), { recursive: true })
  const { metafile } = await build({
    ...common,
    entryPoints: ['src/main.ts', 'src/style/main.css'],
    outdir: 'dist/assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    splitting: true,
    metafile: true,
  })
  const built = new Map(entriesOf(metafile))
  const icons = new Map(copyIcons())
  writePage(new Map([...built, ...icons]))
  writeManifest(icons)
  await writeWorker(build)
  await compressAll()
}

/** Each entry point and the path at which its file is served. */
function entriesOf({ outputs }) {
  return Object.entries(outputs)
    .filter(([, { entryPoint }]) => entryPoint?.startsWith('src/') ?? false)
    .map(([path, { entryPoint }]) => [`/${entryPoint}`, `/assets/${basename(path)}`])
}

function copyIcons() {
  return readdirSync(join(webFolder, 'icons')).map((name) => {
    const content = readFileSync(join(webFolder, 'icons', name))
    const type = extname(name)
    const hashed = `${basename(name, type)}-${hashOf([content])}${type}`
    writeFileSync(join(dist, 'assets', hashed), content)
    return [`/icons/${name}`, `/assets/${hashed}`]
  })
}

/** The page with the names of the built files in place of the sources'. */
function writePage(paths) {
  let page = readFileSync(join(webFolder, 'index.html'), 'utf8').replace(/\n\s*/g, '\n')
  for (const [source, path] of paths) page = page.replace(`"${source}"`, `"${path}"`)
  writeFileSync(join(dist, 'index.html'), page)
}

function writeManifest(icons) {
  const icon = (name, sizes, purpose) => ({
    src: icons.get(`/icons/${name}`),
    sizes,
    type: name.endsWith('.svg') ? 'image/svg+xml' : 'image/png',
    purpose,
  })
  const manifest = {
    id: '/',
    name: 'Tasklane',
    short_name: 'Tasklane',
    description: 'Your tasks: at once, offline, from the keyboard.',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    background_color: '#fbfbfa',
    theme_color: '#3f51d8',
    categories: ['productivity'],
    icons: [
      icon('icon.svg', 'any', 'any'),
      icon('icon-192.png', '192x192', 'any'),
      icon('icon-512.png', '512x512', 'any'),
      icon('icon-maskable-512.png', '512x512', 'maskable'),
    ],
  }
  writeFileSync(join(dist, 'manifest.webmanifest'), JSON.stringify(manifest))
}

/** The worker knows the files by their names, and each set of them by a version. */
async function writeWorker(build) {
  // Another build beside this one may have compressed some already: what is not served by its name cannot be kept.
  const files = readdirSync(join(dist, 'assets'))
    .filter((name) => !['.br', '.gz'].includes(extname(name)))
    .sort()
  const page = readFileSync(join(dist, 'index.html'))
  await build({
    ...common,
    entryPoints: ['src/platform/service-worker.ts'],
    outfile: 'dist/sw.js',
    format: 'iife',
    define: {
      SHELL_FILES: JSON.stringify(files.map((name) => `/assets/${name}`)),
      SHELL_VERSION: JSON.stringify(hashOf([page, ...files])),
    },
  })
}

async function compressAll() {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && compressible.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  await Promise.all(
    files.map(async (file) => {
      const content = readFileSync(file)
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, { params }))
      writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
    }),
  )
}

function hashOf(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 10)
}
