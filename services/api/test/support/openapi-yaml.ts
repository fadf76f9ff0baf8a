import { stringify } from 'yaml'

/** The text of the contract that is kept with the specification. */
export function toYaml(document: unknown): string {
  const note = '# Made from the code by `npm run generate`; a test fails while the two differ.\n'
  return note + stringify(document, { aliasDuplicateObjects: false, lineWidth: 110 })
}
