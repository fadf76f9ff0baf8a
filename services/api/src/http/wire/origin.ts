/** Of these browsers send `null`, or no `Origin` at all. */
const opaque = ['about', 'blob', 'data', 'file', 'ftp', 'javascript', 'ws', 'wss']
const origin = /^([a-z][a-z0-9+.-]*):\/\/[\w.~-]+(:\d{1,5})?$/i

/**
 * Why no browser's `Origin` header should be, or could be, this text, and what to write instead; undefined for an
 * origin. Besides web pages, apps (`capacitor://localhost`) and extensions (`chrome-extension://…`) have one.
 */
export function faultOfOrigin(text: string): string | undefined {
  if (text === 'null')
    return 'may not hold "null": any sandboxed page of anyone sends it; serve your page from an http or https address'
  if (text.includes('*')) {
    return `must name each origin in full, such as https://app.example.com, since "${excerpt(text)}" matches none`
  }
  if (isOrigin(text)) return undefined
  const instead = suggestionFor(text) ?? 'origins such as https://app.example.com, separated by commas'
  return `must hold origins as browsers send them: instead of "${excerpt(text)}" write ${instead}`
}

function isOrigin(text: string): boolean {
  if (/^https?:/i.test(text)) return URL.canParse(text) && new URL(text).origin === text
  const scheme = origin.exec(text)?.[1]
  return scheme !== undefined && scheme === scheme.toLowerCase() && !opaque.includes(scheme)
}

function suggestionFor(text: string): string | undefined {
  const address = withScheme(text)
  if (/^https?:/i.test(address)) return URL.canParse(address) ? new URL(address).origin : undefined
  const bare = /^[^/]+:\/\/[^/?#]+/.exec(address)?.[0].replace(/^[^:]+/, (scheme) => scheme.toLowerCase())
  return bare !== undefined && isOrigin(bare) ? bare : undefined
}

function withScheme(text: string): string {
  if (text.includes('://')) return text.replace(/^ws(?=s?:)/i, 'http')
  return /^(localhost|127\.|\[::1\])/.test(text) ? `http://${text}` : `https://${text}`
}

function excerpt(text: string): string {
  return text.slice(0, 100)
}
