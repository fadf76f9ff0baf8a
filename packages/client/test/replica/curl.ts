import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Task } from '../../src/index.ts'

const run = promisify(execFile)

interface Page {
  data: Task[]
  next_cursor: string | null
}

/** Somebody with curl and a token. */
export class Curl {
  readonly #url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  get = <T>(path: string) => this.#ask<T>('GET', path)
  delete = (path: string) => this.#ask<null>('DELETE', path)
  post = <T = Task>(path: string, body: object) => this.#ask<T>('POST', path, json, JSON.stringify(body))
  patch = (path: string, body: object) => this.#ask<Task>('PATCH', path, json, JSON.stringify(body))

  /** @param file whose bytes are the body. */
  import = (file: string) =>
    this.#ask<{ imported: number }>('POST', '/me/import', 'application/x-ndjson', `@${file}`)

  /** Of all pages, in their order. */
  async tasks(): Promise<Task[]> {
    const tasks: Task[] = []
    let cursor = ''
    for (;;) {
      const page = await this.get<Page>(`/tasks?sort=position&per_page=100${cursor}`)
      tasks.push(...page.data)
      if (page.next_cursor === null) return tasks
      cursor = `&cursor=${page.next_cursor}`
    }
  }

  async #ask<T>(method: string, path: string, type?: string, data?: string): Promise<T> {
    const body = data === undefined ? [] : ['-H', `Content-Type: ${type}`, '--data-binary', data]
    const headers = ['-H', `Authorization: Bearer ${this.#token}`]
    const options = ['-sS', '--fail-with-body', '-X', method, ...headers, ...body]
    const { stdout } = await run('curl', [...options, `${this.#url}${path}`], { maxBuffer: 2 ** 26 })
    return stdout === '' ? JSON.parse('null') : JSON.parse(stdout)
  }
}

const json = 'application/json'
