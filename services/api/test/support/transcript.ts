import type { Face } from './face.ts'

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/g
/** A list's revisions begin at a hundred times the millisecond of its making. */
const revision = /\b1\d{14}\b/g
/** What only the server can read, cursors and sync tokens, and places, which are cut from times. */
const opaque = [/("(?:next|next_cursor|position)":)"[^"]*"/g, /(cursor=)[^&>"]+/g, /(^id: ).*$/gm]

/** A transcript that ends at its first difference. */
export class BrokenOff extends Error {
  readonly transcript: Transcript

  constructor(transcript: Transcript) {
    super('The caller was told something else')
    this.transcript = transcript
  }
}

/** What a caller was told, in the words of any other run: ids, times and revisions only as they relate. */
export class Transcript {
  readonly #lines: (string | undefined)[] = []
  readonly #due: Transcript | undefined
  #firstRevision: number | undefined

  /** @param due at the first difference from it, nothing more is written down. */
  constructor(due?: Transcript) {
    this.#due = due
  }

  /** @throws {BrokenOff} */
  add(request: string, { status, headers, text }: Face): void {
    const { 'content-length': _, ...told } = headers
    this.#lines.push(`${request} → ${status} ${this.#plain(JSON.stringify(told))} ${this.#plain(text)}`)
    const due = this.#due === undefined ? undefined : this.#due.#lines[this.#lines.length - 1]
    if (due !== undefined && due !== this.#lines.at(-1)) throw new BrokenOff(this)
  }

  /** Leaves the place of an answer that this run did not ask for. */
  skip(): undefined {
    this.#lines.push(undefined)
  }

  differences(expected: Transcript): string[] {
    const length = Math.max(this.#lines.length, expected.#lines.length)
    return Array.from({ length }, (_, index) => index).flatMap((index) => {
      const [told, due] = [this.#lines[index], expected.#lines[index]]
      return told === undefined || due === undefined || told === due ? [] : [difference(told, due)]
    })
  }

  #plain(text: string): string {
    const ids = new Map<string, string>()
    let plain = text
    for (const pattern of opaque) plain = plain.replace(pattern, '$1<opaque>')
    return plain
      .replace(uuid, (id) => {
        const name = ids.get(id) ?? `<id ${ids.size + 1}>`
        ids.set(id, name)
        return name
      })
      .replace(time, '<time>')
      .replace(revision, (number) => this.#revisionOf(Number(number)))
  }

  #revisionOf(number: number): string {
    this.#firstRevision ??= number
    return `<revision ${number - this.#firstRevision}>`
  }
}

const SHOWN = 60

/** The request and the status, and both texts from where they part. */
function difference(told: string, due: string): string {
  let same = 0
  while (told[same] === due[same]) same += 1
  const from = Math.max(0, same - SHOWN / 3)
  const status = /^.*? → \d+/.exec(told)?.[0]
  return `${status}: …${told.slice(from, same + SHOWN)}… instead of …${due.slice(from, same + SHOWN)}…`
}
