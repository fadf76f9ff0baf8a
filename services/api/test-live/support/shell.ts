import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

const END = 'tasklane-end-of-block'

/** One shell, as a person has it open: what a block sets is there in the next. */
export class Shell {
  readonly #bash: ChildProcessWithoutNullStreams = spawn('bash', ['--norc'], { stdio: 'pipe' })

  /** Runs a block to its end; resolves with what it printed. */
  run(block: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let output = ''
      const onData = (chunk: Buffer) => {
        output += chunk.toString()
        const end = output.indexOf(END)
        if (end === -1) return
        this.#bash.stdout.off('data', onData)
        resolve(output.slice(0, end).trim())
      }
      this.#bash.stdout.on('data', onData)
      this.#bash.once('error', reject)
      this.#bash.stdin.write(`${block}\nprintf '\\n${END}\\n'\n`)
    })
  }

  close(): void {
    this.#bash.stdin.end()
  }
}
