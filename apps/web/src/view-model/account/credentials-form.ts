import { texts } from '../../texts/texts.ts'
import { createForm, type Faults, type Form, type Values } from '../form.ts'
import { OtherAccount, type Session } from '../session.ts'

export const MINIMUM_PASSWORD = 8

export function credentialsForm(session: Session, purpose: 'signIn' | 'create'): Form {
  const { account: words } = texts
  return createForm({
    check: (values) => faultsOf(values, purpose === 'create'),
    async act({ email = '', password = '' }) {
      const credentials = { email: email.trim(), password }
      await (purpose === 'create' ? session.signUp(credentials) : session.signIn(credentials))
    },
    explain: (error) =>
      error instanceof OtherAccount
        ? words.otherAccount(error.expected.email ?? words.thisAccount)
        : undefined,
    unreachable: words.unreachable,
  })
}

function faultsOf({ email = '', password = '' }: Values, isNew: boolean): Faults {
  const { account: words } = texts
  const ofEmail = email.trim() === '' ? words.emailNeeded : /.@./.test(email) ? undefined : words.emailWrong
  const isShort = isNew && [...password].length < MINIMUM_PASSWORD
  const ofPassword = password === '' ? words.passwordNeeded : isShort ? words.passwordShort : undefined
  return {
    ...(ofEmail !== undefined && { email: ofEmail }),
    ...(ofPassword !== undefined && { password: ofPassword }),
  }
}
