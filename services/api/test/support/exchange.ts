import { type Face, faceOf } from './face.ts'
import { type RouteUse, routeUseOf } from './route-uses.ts'

/** Sends what the table says to `METHOD /path`, with this id in it, as the holder of this token. */
export async function use(
  url: string,
  route: string,
  id: string,
  authorization?: string,
  extra = '',
): Promise<Face> {
  const [method = '', pattern = ''] = route.split(' ')
  const known = routeUseOf(route)
  const { query = '', body, headers } = known?.send?.(id) ?? {}
  const path = pattern.replace(':id', id).replace('*', 'index.css') + query + extra
  const init: RequestInit = { method, headers: new Headers(headers), redirect: 'manual' }
  const sent = new Headers(headers)
  if (authorization !== undefined) sent.set('authorization', authorization)
  if (body !== undefined) {
    if (!sent.has('content-type')) sent.set('content-type', 'application/json')
    init.body = typeof body === 'string' ? body : JSON.stringify(body)
  }
  return exchange(url + path, { ...init, headers: sent }, known?.until)
}

/** Reads the whole answer, or, of one without an end, up to what `until` finds. */
export async function exchange(url: string, init: RequestInit, until?: RouteUse['until']): Promise<Face> {
  const hangUp = new AbortController()
  const response = await fetch(url, { ...init, signal: hangUp.signal })
  const isEndless = until !== undefined && response.ok && init.method !== 'HEAD'
  const text = isEndless ? await readUntil(response, until) : await response.text()
  hangUp.abort()
  return faceOf({ status: response.status, headers: response.headers, text })
}

async function readUntil(response: Response, until: RegExp): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (until.test(text)) break
  }
  return text
}
