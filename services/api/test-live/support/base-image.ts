import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** A shell, the commands of a shell, Bash for `ldd`, and what Node is linked with. */
const wanted = ['dash', 'bash', 'coreutils', 'libc-bin', 'libstdc++6']

/**
 * Debian as the first stage of debootstrap makes it, with the Node and the npm that run this, from the mirror that apt has
 * here. Packages are unpacked and not set up: a build needs no more of them, and to make it no right but to write files.
 */
export function makeBase(folder: string): void {
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
  const script = writeScript(`${folder}.debootstrap`)
  const options = ['--variant=minbase', '--foreign', '--no-resolve-deps']
  run('debootstrap', ...options, suite, folder, mirrorOf(suite), script)
  rmSync(script)
  // Where it may mount nothing, it leaves links to its own.
  for (const name of ['dev', 'proc', 'sys']) {
    rmSync(join(folder, name), { recursive: true, force: true })
    mkdirSync(join(folder, name))
  }
  for (const path of ['debootstrap', 'var/cache', 'var/lib/apt', 'usr/share']) {
    // Would only be copied, from layer to layer.
    rmSync(join(folder, path), { recursive: true, force: true })
  }
  const local = join(folder, 'usr/local')
  cpSync(process.execPath, join(local, 'bin/node'))
  mkdirSync(join(local, 'lib/node_modules'), { recursive: true })
  cpSync(npmFolder(), join(local, 'lib/node_modules/npm'), { recursive: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
}

/** debootstrap's own script for the suite, of few packages: to find what all of a system needs, it reads all that there is six times. */
function writeScript(path: string): string {
  const kinds = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances']
  const options = ['depends', '--recurse', ...kinds.map((kind) => `--no-${kind}`)]
  const lines = execFileSync('apt-cache', [...options, ...wanted], { encoding: 'utf8' }).split('\n')
  const packages = [...new Set(lines.filter((line) => /^[a-z0-9]/.test(line)))]
  writeFileSync(
    path,
    `. "$DEBOOTSTRAP_DIR/scripts/$SUITE"\nwork_out_debs() { required="${packages.join(' ')}"; base=""; }\n`,
  )
  return path
}

function run(command: string, ...parameters: string[]): void {
  execFileSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** From either form of apt's sources. */
function mirrorOf(suite: string): string {
  const folder = '/etc/apt/sources.list.d'
  const files = ['/etc/apt/sources.list', ...(existsSync(folder) ? namesIn(folder) : [])].filter(existsSync)
  for (const text of files.map((file) => readFileSync(file, 'utf8'))) {
    const line = new RegExp(`^deb\\s+(?:\\[.*?\\]\\s+)?(\\S+)\\s+${suite}\\s`, 'm').exec(text)
    const paragraph = text
      .split(/\n\s*\n/)
      .find((part) => new RegExp(`^Suites:.*\\b${suite}(\\s|$)`, 'm').test(part))
    const mirror = line?.[1] ?? /^URIs:\s*(\S+)/m.exec(paragraph ?? '')?.[1]
    if (mirror !== undefined) return mirror
  }
  throw new Error(`No source of apt has Debian's ${suite}, which the base of the image is made of`)
}

function namesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(?:list|sources)$/.test(name))
    .map((name) => join(folder, name))
}

function npmFolder(): string {
  const found = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim()
  return dirname(dirname(realpathSync(found)))
}
