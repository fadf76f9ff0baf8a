import { isAppPath } from './app-paths.ts'

/** Follows links to the app's own pages without loading the page anew. Others are left to the browser. */
export function followLinks(go: (url: URL) => void): void {
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!isPlain || event.defaultPrevented || link === null || link.href === '') return
    const url = new URL(link.href)
    const isOurs = url.origin === location.origin && isAppPath(url.pathname)
    if (!isOurs || link.target !== '' || link.hasAttribute('download') || url.hash !== '') return
    event.preventDefault()
    go(url)
  })
}
