import { expect } from 'vitest'
import type { Answer, Client } from './client.ts'

/** A path with these query parameters. */
export function withQuery(path: string, query: Record<string, string | number | boolean>): string {
  const entries = Object.entries(query).map(([name, value]) => [name, String(value)])
  return `${path}?${new URLSearchParams(Object.fromEntries(entries))}`
}

/** The answers of a list from its beginning to its end, cursor by cursor. */
export async function walk(
  client: Client,
  path: string,
  query: Record<string, string | number | boolean> = {},
): Promise<Answer[]> {
  const answers: Answer[] = []
  let cursor: string | null = null
  do {
    const answer: Answer = await client.get(withQuery(path, cursor === null ? query : { ...query, cursor }))
    expect(answer.status).toBe(200)
    answers.push(answer)
    cursor = answer.body.next_cursor
  } while (cursor !== null)
  return answers
}

export function idsOf(...answers: Answer[]): string[] {
  return answers.flatMap(({ body }) => body.data.map(({ id }: { id: string }) => id))
}

/** The targets of a Link header by their relation (RFC 8288). */
export function linksOf({ headers }: Answer): Record<string, string> {
  const links = (headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="([^"]*)"(?:, |$)/g)
  return Object.fromEntries([...links].map(([, target = '', relation = '']) => [relation, target]))
}
