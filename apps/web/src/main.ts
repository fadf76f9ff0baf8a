import { h, render } from 'preact'
import { openAccountStore, watchOtherTabs } from './platform/account-store.ts'
import { download } from './platform/download.ts'
import { followLinks } from './platform/links.ts'
import { registerWorker } from './platform/register-worker.ts'
import { AppView } from './view/shell/app.tsx'
import { createApp } from './view-model/app.ts'
import { createRouter, routeOf } from './view-model/router.ts'
import { Session } from './view-model/session.ts'

const send: typeof fetch = (what, options) => fetch(what, options)
const session = new Session({
  fetch: send,
  now: Date.now,
  accounts: openAccountStore(localStorage),
})
const router = createRouter(window)
const app = createApp({ session, router, origin: location.origin, download })

followLinks((url) => router.go(routeOf(url)))
watchOtherTabs((account) => {
  if (account === undefined) void app.forget()
  else session.revive()
})
addEventListener('online', () => app.workspace.value?.wake())

const root = document.getElementById('app')
if (root !== null) render(h(AppView, { app }), root)
void session.start()
void registerWorker()
