/** A request as the network saw it. */
export interface Sent {
  method: string
  path: string
  key: string | null
  body: string
  status: number
  isReplayed: boolean
  etag: string | null
  /** To the next one of a task that repeats. */
  link: string | null
  /** The body of the answer, of a request that changes something. */
  answer: string
}

/** A request with its answer, which is still to be read by whoever asked. */
export async function seen(request: Request, body: string, response: Response): Promise<Sent> {
  const { method, headers } = request
  const { pathname, search } = new URL(request.url)
  return {
    method,
    path: pathname + search,
    key: headers.get('idempotency-key'),
    body,
    status: response.status,
    isReplayed: response.headers.get('idempotency-replayed') === 'true',
    etag: response.headers.get('etag'),
    link: response.headers.get('link'),
    answer: method === 'GET' ? '' : await response.clone().text(),
  }
}
