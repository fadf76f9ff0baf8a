import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this package, whether the sources run or what is built of them. */
export const packageFolder = findFolder(dirname(fileURLToPath(import.meta.url)))

/** As in package.json. */
export function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  if (typeof content !== 'object' || content === null || !('version' in content)) {
    throw new Error(`${packageFolder}/package.json names no version`)
  }
  return String(content.version)
}

function findFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('The package.json of Tasklane is not there: install it again')
  return findFolder(parent)
}
