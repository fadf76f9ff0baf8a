import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { tokenForm } from '../../view-model/account/token-form.ts'
import type { App } from '../../view-model/app.ts'
import { Field } from './field.tsx'
import { FormView } from './form.tsx'

/** With an outside issuer: a token that was got there. */
export function TokenForm({ app }: { app: App }) {
  const { account: words } = texts
  const form = useMemo(() => tokenForm(app.session), [app])
  return (
    <>
      <p>{words.outside}</p>
      <FormView form={form} label={words.signIn} submit={words.useToken} busy={words.signingIn}>
        <Field form={form} name="token" label={words.token} isFirst />
      </FormView>
    </>
  )
}
