import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in lower case; a repeated header is a comma-separated list. */
  headers: Map<string, string>
  body: string
}

/** Sends lines exactly as they are given, for what an HTTP client would tidy up or refuse to send. */
export function sendRaw(url: string, ...lines: string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${[...lines, 'Host: localhost', 'Connection: close'].join('\r\n')}\r\n\r\n`)
    })
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())))
  })
}

function parse(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [name = '', ...rest] = line.split(': ')
    const known = headers.get(name.toLowerCase())
    const value = rest.join(': ')
    headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`)
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) }
}
