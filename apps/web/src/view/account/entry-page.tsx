import { useEffect, useState } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import type { App } from '../../view-model/app.ts'
import { Brand } from '../shell/brand.tsx'
import { CredentialsForm } from './credentials-form.tsx'
import { TokenForm } from './token-form.tsx'

/** The way in: signing in, creating an account, or a token of another issuer. */
export function EntryPage({ app }: { app: App }) {
  const { account: words } = texts
  const state = app.session.state.value
  const isOutside = state.kind === 'signed-out' && state.issuer === 'outside'
  const isAway = state.kind === 'signed-out' && state.issuer === 'unreachable'
  const isNew = !isOutside && app.router.route.value.view === 'create-account'
  return (
    <div class="entry">
      <main>
        <Brand />
        <h1>{isNew ? words.create : words.signIn}</h1>
        {isAway && (
          <p class="network" role="status">
            {texts.shell.unreachable}
          </p>
        )}
        {isOutside ? <TokenForm app={app} /> : <OwnAccount key={String(isNew)} app={app} isNew={isNew} />}
      </main>
      <footer>
        <span>{words.tagline}</span> <a href="/docs">{words.forDevelopers}</a>
      </footer>
    </div>
  )
}

function OwnAccount({ app, isNew }: { app: App; isNew: boolean }) {
  const { account: words } = texts
  const isOpen = useSignUp(app, isNew)
  return (
    <>
      {isNew && !isOpen ? (
        <p>{words.closed}</p>
      ) : (
        <CredentialsForm app={app} purpose={isNew ? 'create' : 'signIn'} />
      )}
      <p class="other-way">
        {isNew ? words.hasAccount : words.noAccount}{' '}
        {isNew ? <a href="/sign-in">{words.signIn}</a> : <a href="/create-account">{words.create}</a>}
      </p>
    </>
  )
}

/** Whether anybody may make an account; taken to be so until the service says otherwise. */
function useSignUp(app: App, isAsked: boolean): boolean {
  const [isOpen, setOpen] = useState(true)
  useEffect(() => {
    if (isAsked) app.session.issuer.takesAccounts().then(setOpen, () => undefined)
  }, [app, isAsked])
  return isOpen
}
