/** Whom a mutant writes a row for, in place of the caller. */
const stranger = '00000000-0000-4000-8000-000000000000'

/** A statement as a forgetful developer would have written it. */
export interface Mutant {
  text: string
  /**
   * `reaches`: it asks for everybody's rows, and gets its own if the policy stands.
   * `trespasses`: it writes a row for somebody else, and is refused if the policy stands.
   */
  kind: 'reaches' | 'trespasses'
}

const ownerClause = /(?:\b[a-z_]\w*\.)?\buser_id\s*=\s*\$1(?:::uuid)?(?!\w)/g
const ownerValue =
  /(\binsert\s+into\s+\w+(?:\s+as\s+\w+)?\s*\(\s*user_id\b[^)]*\)\s*(?:values\s*\(|select\s+))\$1(?:::uuid)?(?!\w)/

/** Without its owner: every clause that names it, or the value that it writes. Undefined if it names none. */
export function withoutOwner(text: string): Mutant | undefined {
  // The parameter is kept, and its type said: PostgreSQL refuses one that nothing uses.
  const reaching = text.replace(ownerClause, '($1::uuid is not null)')
  if (reaching !== text) return { text: reaching, kind: 'reaches' }
  const trespassing = text.replace(ownerValue, `$1coalesce('${stranger}'::uuid, $$1::uuid)`)
  return trespassing === text ? undefined : { text: trespassing, kind: 'trespasses' }
}
