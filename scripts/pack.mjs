// `node scripts/pack.mjs FOLDER`, after the build: puts all that an image of the service holds into FOLDER/root, and into
// FOLDER/owned what is its user's.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { external } from './build.mjs'

const repository = fileURLToPath(new URL('..', import.meta.url))
const service = 'services/api'
const parts = [
  'LICENSE',
  'apps/web/dist',
  ...['package.json', 'bin', 'dist', 'migrations'].map((name) => `${service}/${name}`),
]

const [target] = process.argv.slice(2)
if (target === undefined) throw new Error('Usage: node scripts/pack.mjs FOLDER')
const root = join(target, 'root')
packService(join(root, 'app'))
packNode(root)
packSystem(root)
mkdirSync(join(target, 'owned/data'), { recursive: true, mode: 0o700 })

function packService(app) {
  for (const path of [...parts, ...packagesAtRunTime()]) {
    cpSync(join(repository, path), join(app, path), { recursive: true })
  }
}

/** The packages that the build left out of the bundle, and all that these depend on, at the places that the lock file names. */
function packagesAtRunTime() {
  const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8'))
  const found = new Set()
  const add = (name, from) => {
    const place = placeOf(packages, name, from)
    if (place === undefined || found.has(place)) return
    found.add(place)
    const { dependencies, optionalDependencies, peerDependencies } = packages[place]
    const needed = { ...dependencies, ...optionalDependencies, ...peerDependencies }
    for (const dependency of Object.keys(needed)) add(dependency, place)
  }
  for (const name of external) add(name, service)
  return [...found]
}

/** As Node looks for a package: in the folder's own node_modules, then in those above. */
function placeOf(packages, name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (place in packages && existsSync(join(repository, place))) return place
    if (folder === '.') return undefined
  }
}

/** The binary that runs this, and the libraries that the loader loads for it, each at its place. */
function packNode(folder) {
  copy(process.execPath, join(folder, 'usr/local/bin/node'))
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  for (const library of libraries) copy(library, join(folder, library))
}

/** The names that the C library looks up, and a folder for temporary files. */
function packSystem(folder) {
  mkdirSync(join(folder, 'etc'))
  writeFileSync(join(folder, 'etc/passwd'), 'tasklane:x:10001:10001::/data:/nonexistent\n')
  writeFileSync(join(folder, 'etc/group'), 'tasklane:x:10001:\n')
  writeFileSync(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n')
  mkdirSync(join(folder, 'tmp'))
  chmodSync(join(folder, 'tmp'), 0o1777)
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { dereference: true })
}
