import { existsSync } from 'node:fs'

/**
 * Every new window loads a page of the browser's own for the list below its address bar, which nobody types in here: a
 * third of what a test costs.
 */
const popups = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

/** Of two such lists Chromium takes the last, so these are those that playwright-core turns off as well. */
const features = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  ...popups,
]

/** Without a network, and as root. */
export const chromiumArguments = [
  `--disable-features=${features.join(',')}`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

const whole = ['chromium', 'google-chrome']

/** The same engine without windows of its own, where it is installed: a page costs two thirds of the work. */
export function findChromium(): string {
  return find(['chromium-headless-shell', ...whole])
}

/** As people have it: for figures, and for what only it does, such as installing. */
export function findWholeChromium(): string {
  return find(whole)
}

function find(names: readonly string[]): string {
  const folders = (process.env.PATH ?? '').split(':')
  const paths = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`))
  const found = paths.find((path) => existsSync(path))
  if (found === undefined) throw new Error('Chromium is not installed (Debian: apt-get install chromium)')
  return found
}
