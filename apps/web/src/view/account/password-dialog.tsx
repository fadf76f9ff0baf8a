import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { passwordForm } from '../../view-model/account/password-form.ts'
import type { App } from '../../view-model/app.ts'
import { Done } from './done.tsx'
import { Field } from './field.tsx'
import { FormView } from './form.tsx'

export function PasswordDialog({ app }: { app: App }) {
  const { account: words } = texts
  const done = useSignal<string | undefined>(undefined)
  const form = useMemo(() => passwordForm(app.session, done), [app, done])
  if (done.value !== undefined) return <Done text={done.value} />
  return (
    <>
      <p>{words.changePasswordNote}</p>
      <FormView form={form} label={words.changePassword} submit={words.changePassword} busy={words.changing}>
        <Field
          form={form}
          name="current_password"
          label={words.currentPassword}
          kind="password"
          autocomplete="current-password"
          isFirst
        />
        <Field
          form={form}
          name="new_password"
          label={words.newPassword}
          kind="password"
          hint={words.passwordHint}
          autocomplete="new-password"
        />
      </FormView>
    </>
  )
}
