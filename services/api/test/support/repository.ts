import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

/** A file of the repository. */
export function readRepositoryFile(path: string): string {
  return readFileSync(`${repository}${path}`, 'utf8')
}
