import { useMemo } from 'preact/hooks'
import { texts } from '../../texts/texts.ts'
import { credentialsForm } from '../../view-model/account/credentials-form.ts'
import type { App } from '../../view-model/app.ts'
import { Field } from './field.tsx'
import { FormView } from './form.tsx'

export interface CredentialsFormProps {
  app: App
  purpose: 'signIn' | 'create'
  /** The address of the account whose tasks are here. */
  email?: string | undefined
}

/** Signing in, and creating an account. */
export function CredentialsForm({ app, purpose, email }: CredentialsFormProps) {
  const { account: words } = texts
  const isNew = purpose === 'create'
  const form = useMemo(() => credentialsForm(app.session, purpose), [app, purpose])
  return (
    <FormView
      form={form}
      label={words[purpose]}
      submit={isNew ? words.createButton : words.signIn}
      busy={isNew ? words.creating : words.signingIn}
    >
      <Field
        form={form}
        name="email"
        label={words.email}
        kind="email"
        autocomplete="username"
        isFirst={email === undefined}
        value={email ?? ''}
      />
      <Field
        form={form}
        name="password"
        label={words.password}
        kind="password"
        hint={isNew ? words.passwordHint : undefined}
        autocomplete={isNew ? 'new-password' : 'current-password'}
        isFirst={email !== undefined}
      />
    </FormView>
  )
}
