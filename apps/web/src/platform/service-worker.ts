/// <reference lib="webworker" />
import { isAppPath } from './app-paths.ts'

declare const self: ServiceWorkerGlobalScope
/** Written in by the build: the files of the shell, and a name for this set of them. */
declare const SHELL_FILES: readonly string[]
declare const SHELL_VERSION: string

const PREFIX = 'shell-'
const cacheName = `${PREFIX}${SHELL_VERSION}`
const PAGE = '/'

/*
 * Keeps the shell of the app, and nothing else: no answer of the API is ever stored here. A page is answered from the
 * stored shell at once; a new version is fetched behind it and is there for the next page.
 */

self.addEventListener('install', (event) => {
  event.waitUntil(storeShell().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  const isPage = request.mode === 'navigate' && isAppPath(pathname)
  if (isPage) event.respondWith(stored(PAGE, request))
  else if (pathname.startsWith('/assets/')) event.respondWith(stored(request, request))
})

async function storeShell(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll([PAGE, ...SHELL_FILES].map((path) => new Request(path, { cache: 'no-cache' })))
}

/** The last one stays: an open page of it may still ask for a part that it has not loaded yet. */
async function dropOldShells(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== cacheName)
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)))
}

async function stored(key: RequestInfo, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(key)) ?? (await caches.match(key)) ?? fetch(request)
}
