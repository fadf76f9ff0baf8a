export interface LogText {
  level: string
  /** With `…` for each part that is inserted. Undefined: a variable, such as another's message or an error. */
  text: string | undefined
}

/** What the source has logged, call by call. */
export function logTextsIn(source: string): LogText[] {
  const calls = source.matchAll(/\b(?:log|logger)\.(fatal|error|warn|info|debug)\(/g)
  return [...calls].map((call) => {
    const last = argumentsAt(source, call.index + call[0].length).at(-1) ?? ''
    return { level: call[1] ?? '', text: literalOf(last) }
  })
}

/** The arguments of a call, as they are written, from behind its parenthesis. */
function argumentsAt(source: string, start: number): string[] {
  const parts = ['']
  let depth = 0
  for (const [token] of source.slice(start).matchAll(/(['"`])(?:\\.|(?!\1)[^\\])*\1|[^'"`]/gs)) {
    if (/^[)\]}]$/.test(token)) depth -= 1
    if (depth < 0) break
    if (/^[([{]$/.test(token)) depth += 1
    if (token === ',' && depth === 0) parts.push('')
    else parts.push(`${parts.pop()}${token}`)
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** The text of a literal, or of several that are added up. */
function literalOf(argument: string): string | undefined {
  if (!/^(?:(['"`])(?:\\.|(?!\1)[^\\])*\1[\s+]*)+$/s.test(argument)) return undefined
  const parts = [...argument.matchAll(/(['"`])((?:\\.|(?!\1)[^\\])*)\1/gs)]
  return parts
    .map(([, , text = '']) => text.replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/\\(.)/g, '$1'))
    .join('')
}
