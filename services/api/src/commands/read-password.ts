import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** More than any password that is taken. */
const MAXIMUM_INPUT = 1_000

/**
 * The password from standard input: asked for twice at a terminal, which does not show it; else all that comes, but
 * for a line's end. Never from the arguments, which every user of the machine can see.
 */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).slice(0, MAXIMUM_INPUT).replace(/\r?\n$/, '')
  const password = await ask('Password: ')
  if ((await ask('The same again: ')) !== password)
    throw new Error('The two are not the same: nothing was done')
  return password
}

async function ask(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  const interrupted = new Promise<never>((_, reject) => {
    lines.once('SIGINT', () => reject(new Error('Nothing was done')))
    lines.once('close', () => reject(new Error('Nothing was done')))
  })
  process.stderr.write(question)
  try {
    return await Promise.race([lines.question(''), interrupted])
  } finally {
    process.stderr.write('\n')
    lines.close()
  }
}
