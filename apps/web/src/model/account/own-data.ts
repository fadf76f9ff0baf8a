import { refusalOf, whenFree } from './ask.ts'
import { fieldsOf } from './issuer.ts'

export interface Export {
  content: Blob
  tasks: number
}

/** Where requests with a token go. */
export interface Authorized {
  token(): Promise<string>
  authorized(request: Request): Promise<Response>
}

const NDJSON = 'application/x-ndjson'

/** Everything that is the person's, as the contract has it under `/me`. */
export function ownDataAt(origin: string, session: Authorized) {
  const ask = async (method: string, path: string, body?: Blob): Promise<Response> => {
    const headers = new Headers({ authorization: `Bearer ${await session.token()}` })
    if (body !== undefined) headers.set('content-type', NDJSON)
    const answer = await whenFree(() =>
      session.authorized(new Request(`${origin}${path}`, { method, headers, body: body ?? null })),
    )
    if (!answer.ok) throw refusalOf(answer, await answer.text())
    return answer
  }
  return {
    /** @throws {BrokenExport} where its last line, which counts the tasks, has not come */
    async export(): Promise<Export> {
      const content = await (await ask('GET', '/me/export')).blob()
      const lines = (await content.slice(-200).text()).trimEnd().split('\n')
      const { type, count } = fieldsOf(parse(lines.at(-1) ?? ''))
      if (type !== 'end' || typeof count !== 'number') throw new BrokenExport()
      return { content, tasks: count }
    },
    /** How many tasks were added; those that were here already stay as they are. */
    async import(file: Blob): Promise<number> {
      return Number(fieldsOf(await (await ask('POST', '/me/import', file)).json()).imported)
    },
    async delete(): Promise<void> {
      await ask('DELETE', '/me')
    },
  }
}

export type OwnData = ReturnType<typeof ownDataAt>

export class BrokenExport extends Error {}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
