/**
 * Whether another reader could take a verified token for something else than we do.
 *
 * Names must be unique (RFC 7515 section 4, RFC 7519 section 4), of which JSON.parse keeps the last; `crit` and `b64`
 * change what a token means (RFC 7515 section 4.1.11, RFC 7797), and we know no extension; each segment has one
 * spelling (RFC 4648 section 3.5), or one token would have many texts.
 */
export function isAmbiguous(token: string): boolean {
  const segments = token.split('.').map((text) => ({ text, bytes: Buffer.from(text, 'base64url') }))
  if (segments.some(({ text, bytes }) => bytes.toString('base64url') !== text)) return true
  const [header = '', claims = ''] = segments.map(({ bytes }) => bytes.toString())
  // jose drops a byte order mark; RFC 8259 section 8.1 allows none, and not every reader does so.
  if (header.startsWith('\ufeff') || claims.startsWith('\ufeff')) return true
  const extensions = membersOf(header).filter((name) => name === 'crit' || name === 'b64')
  return extensions.length > 0 || repeatsName(header) || repeatsName(claims)
}

function repeatsName(json: string): boolean {
  return countNames(json) !== membersOf(json).length
}

function membersOf(json: string): string[] {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

/** How many names the outermost object of a valid JSON text has, repeated ones included. */
function countNames(json: string): number {
  let depth = 0
  let names = 0
  for (const [mark] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (mark === '{' || mark === '[') depth += 1
    else if (mark === '}' || mark === ']') depth -= 1
    else if (mark === ':' && depth === 1) names += 1
  }
  return names
}
