import type { Signal } from '@preact/signals'
import { TasklaneError } from '@tasklane/client'
import { texts } from '../../texts/texts.ts'
import { createForm, type Faults, type Form, type Values } from '../form.ts'
import type { Session } from '../session.ts'
import { MINIMUM_PASSWORD } from './credentials-form.ts'

const { account: words } = texts

/** The fields are named as the API names them, so that its refusals find them. */
export function passwordForm(session: Session, done: Signal<string | undefined>): Form {
  return createForm({
    check: faultsOf,
    async act({ current_password = '', new_password = '' }) {
      done.value = undefined
      await session
        .withSession((issuer) => issuer.changePassword(current_password, new_password))
        .catch((error: unknown) => {
          throw error instanceof TasklaneError && isWrong(error) ? inOurWords(error) : error
        })
      done.value = words.changed
    },
    unreachable: words.unreachable,
  })
}

function faultsOf({ current_password = '', new_password = '' }: Values): Faults {
  return {
    ...(current_password === '' && { current_password: words.passwordNeeded }),
    ...([...new_password].length < MINIMUM_PASSWORD && { new_password: words.passwordShort }),
  }
}

function isWrong({ problem }: TasklaneError): boolean {
  return problem.errors?.some(({ path }) => path === '/current_password') ?? false
}

function inOurWords({ problem, requestId }: TasklaneError): TasklaneError {
  const fault = { in: 'body' as const, path: '/current_password', message: words.passwordWrong }
  return new TasklaneError({ ...problem, errors: [fault] }, requestId)
}
