import { texts } from '../../texts/texts.ts'
import { type AccountDialog, type App, accountDialogs } from '../../view-model/app.ts'
import { Icon } from '../shell/icon.tsx'
import { Menu } from '../shell/menu.tsx'

/** Of the built-in issuer alone. */
const ofIssuer: readonly AccountDialog[] = ['changePassword', 'sessions']

export function AccountMenu({ app }: { app: App }) {
  const { account: words } = texts
  const state = app.session.state.value
  if (state.kind !== 'signed-in') return null
  const offered = accountDialogs.filter((dialog) => state.issuer === 'built-in' || !ofIssuer.includes(dialog))
  return (
    <Menu
      label={words.menu}
      heading={state.account.email}
      button={<Icon name="account" />}
      items={() =>
        offered.map((dialog) => ({
          name: words[dialog],
          isDangerous: dialog === 'delete',
          run: () => app.open(dialog),
        }))
      }
    />
  )
}
