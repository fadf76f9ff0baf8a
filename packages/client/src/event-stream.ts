export interface ServerSentEvent {
  /** The last one that was told, in this event or before it. */
  id: string
  /** `message` where the event has no name. */
  type: string
  data: string
}

/** Reads a `text/event-stream` body (WHATWG HTML section 9.2.6); comments are passed over. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = { id: '', type: '', data: [] as string[] }
  for await (const line of linesOf(body)) {
    if (line === '') {
      const { id, type, data } = event
      if (data.length > 0) yield { id, type: type || 'message', data: data.join('\n') }
      event = { id, type: '', data: [] }
      continue
    }
    const [field = '', value] = splitOnce(line)
    if (field === 'data') event.data.push(value)
    if (field === 'event') event.type = value
    if (field === 'id') event.id = value
  }
}

function splitOnce(line: string): [string, string] {
  const colon = line.indexOf(':')
  if (colon === -1) return [line, '']
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    // Ends the connection when the reader of the events has had enough of them.
    await reader.cancel().catch(() => {})
  }
}
