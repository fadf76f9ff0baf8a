import { effect } from '@preact/signals'
import { h, render } from 'preact'
import { openAccountStore, watchOtherTabs } from './platform/account-store.ts'
import { openAppearance } from './platform/appearance.ts'
import { databaseLocks } from './platform/database-locks.ts'
import { download } from './platform/download.ts'
import { warnWhenLeaving } from './platform/leaving.ts'
import { followLinks } from './platform/links.ts'
import { registerWorker } from './platform/register-worker.ts'
import { askToKeep, deleteStoresOfOthers } from './platform/stores.ts'
import { AppView } from './view/shell/app.tsx'
import { createApp } from './view-model/app.ts'
import { createRouter, routeOf } from './view-model/router.ts'
import { Session } from './view-model/session.ts'
import { titleOf } from './view-model/title.ts'

/** For a page that has nothing to show until the service is there. */
const UNREACHABLE_PAUSE_MILLISECONDS = 3000
/** Longer than between two letters. */
const TYPING_PAUSE_MILLISECONDS = 300

const send: typeof fetch = (what, options) => fetch(what, options)
const session = new Session({
  fetch: send,
  now: Date.now,
  accounts: openAccountStore(localStorage),
})
const router = createRouter(window, (run) => {
  const timer = setTimeout(run, TYPING_PAUSE_MILLISECONDS)
  return () => clearTimeout(timer)
})
const appearance = openAppearance(localStorage, document)
const locks = 'locks' in navigator ? navigator.locks : databaseLocks(indexedDB)
const app = createApp({ session, router, appearance, locks, origin: location.origin, download })

followLinks((url) => router.go(routeOf(url)))
watchOtherTabs((account) => {
  if (account === undefined) void app.forget()
  else void session.revive()
})
// To say so at once, and not at the next change.
addEventListener('offline', () => app.workspace.value?.wake())
addEventListener('online', () => {
  app.workspace.value?.wake()
  if (isUnreachable()) void session.start()
})
effect(() => {
  if (!isUnreachable()) return
  const timer = setInterval(() => void session.start(), UNREACHABLE_PAUSE_MILLISECONDS)
  return () => clearInterval(timer)
})
warnWhenLeaving(() => (app.workspace.value?.unsent.value ?? 0) > 0)
effect(() => {
  document.title = titleOf(session.state.value, router.view.value)
})
effect(() => {
  const state = session.state.value
  if (state.kind !== 'signed-in') return
  void deleteStoresOfOthers(state.account.id)
  void askToKeep()
})

function isUnreachable(): boolean {
  const state = session.state.value
  return state.kind === 'signed-out' && state.issuer === 'unreachable'
}

const root = document.getElementById('app')
if (root !== null) render(h(AppView, { app }), root)
void session.start()
void registerWorker()
