import { existsSync } from 'node:fs'

/** Without a network, and as root. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

export function findChromium(): string {
  const folders = (process.env.PATH ?? '').split(':')
  const paths = folders.flatMap((path) => [`${path}/chromium`, `${path}/google-chrome`])
  const found = paths.find((path) => existsSync(path))
  if (found === undefined) throw new Error('Chromium is not installed (Debian: apt-get install chromium)')
  return found
}
