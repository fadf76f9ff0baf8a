import { Agent, request as httpRequest } from 'node:http'
import type { FuzzRequest } from './requests.ts'

export interface FuzzAnswer {
  status: number
  type: string
  text: string
}

export function makeAgent(): Agent {
  return new Agent({ keepAlive: true })
}

/** Sends it and takes the whole answer; of a stream that does not end, only its head. */
export function send(url: string, agent: Agent, request: FuzzRequest): Promise<FuzzAnswer> {
  const { method, path, headers, body, operation } = request
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': body.length }
    const outgoing = httpRequest({ agent, hostname, port, method, path, headers: { ...headers, ...length } })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const [type = ''] = (response.headers['content-type'] ?? '').split(';')
      const chunks: Buffer[] = []
      const settle = () =>
        resolve({ status: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString() })
      if (operation.isStream && response.statusCode === 200) {
        settle()
        outgoing.off('error', reject).on('error', () => {})
        response.destroy()
        return
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', settle)
      response.on('error', reject)
    })
    outgoing.end(body)
  })
}
