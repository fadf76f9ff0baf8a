/** `home, #garden`: each once, at most as many and as long as the API takes. */
export function tagsOf(text: string): string[] {
  const tags = text.split(',').map((tag) => [...tag.trim().replace(/^#/u, '').trim()].slice(0, 50).join(''))
  return [...new Set(tags)].filter((tag) => tag !== '').slice(0, 20)
}
