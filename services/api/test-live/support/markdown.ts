export interface Block {
  language: string
  text: string
}

/** The fenced code blocks of one section (a heading of the second level), in order. */
export function blocksOf(markdown: string, section: string): Block[] {
  const text = markdown.split(/^## /m).find((part) => part.startsWith(`${section}\n`))
  if (text === undefined) throw new Error(`There is no section "${section}"`)
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    text: code.trim(),
  }))
}
