import { TasklaneError } from '@tasklane/client'
import { texts } from '../../texts/texts.ts'
import { createForm, type Form } from '../form.ts'
import type { Session } from '../session.ts'

export function tokenForm(session: Session): Form {
  const { account: words } = texts
  return createForm({
    check: ({ token = '' }) => (token.trim() === '' ? { token: words.tokenNeeded } : {}),
    act: ({ token = '' }) => session.useToken(token.trim().replace(/^bearer +/i, '')),
    explain: (error) =>
      error instanceof TasklaneError && error.status === 401 ? words.tokenRefused : undefined,
    unreachable: words.unreachable,
  })
}
