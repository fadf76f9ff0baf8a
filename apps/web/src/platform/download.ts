/** Hands a file to the browser's downloads. */
export function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Once the browser has begun to read it; the address keeps the file in memory until then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
