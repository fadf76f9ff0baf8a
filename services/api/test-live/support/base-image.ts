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
} from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Debian as the first stage of debootstrap makes it, with the Node and the npm that run this, from the mirror that apt has
 * here. Packages are unpacked and not set up: a build needs no more of them, and to make it no right but to write files.
 */
export function makeBase(folder: string): void {
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
  run('debootstrap', '--variant=minbase', '--foreign', suite, folder, mirrorOf(suite))
  // Where it may mount nothing, it leaves links to its own.
  for (const name of ['dev', 'proc', 'sys']) {
    rmSync(join(folder, name), { recursive: true, force: true })
    mkdirSync(join(folder, name))
  }
  // Node's, which only the second stage would unpack.
  const fetched = join(folder, 'var/cache/apt/archives')
  const library = readdirSync(fetched).find((name) => name.startsWith('libstdc++6_')) ?? ''
  run('dpkg-deb', '--extract', join(fetched, library), folder)
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
